package io.nexs.sample.order;

import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Orders by jOOQ.
 */
@RestController
@RequestMapping("/jooq/orders")
class JooqOrderController extends OrderEndpoints {

	JooqOrderController(JooqOrders orders) {
		super(orders);
	}

}
