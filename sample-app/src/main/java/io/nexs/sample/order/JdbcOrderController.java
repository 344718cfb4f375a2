package io.nexs.sample.order;

import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Orders by JDBC.
 */
@RestController
@RequestMapping("/orders")
class JdbcOrderController extends OrderEndpoints {

	JdbcOrderController(JdbcOrders orders) {
		super(orders);
	}

}
