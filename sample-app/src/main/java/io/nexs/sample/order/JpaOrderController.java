package io.nexs.sample.order;

import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Orders by JPA.
 */
@RestController
@RequestMapping("/jpa/orders")
class JpaOrderController extends OrderEndpoints {

	JpaOrderController(JpaOrders orders) {
		super(orders);
	}

}
