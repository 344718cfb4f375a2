package io.nexs.sample.order;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Places and finds orders. Implementations mark their reads read-only, which is all they
 * do for routing, and let a transaction that a failover rolls back run again.
 */
public interface Orders {

	/**
	 * Places an order.
	 * @param order what is ordered
	 * @return the order as it was stored
	 */
	Order place(NewOrder order);

	/**
	 * Finds an order.
	 * @param id number of the order
	 * @return the order, if there is one
	 */
	Optional<Order> find(long id);

	/**
	 * Finds the orders of a customer.
	 * @param customer who ordered
	 * @param limit the most orders to return, {@code null} for all
	 * @return the orders, newest first
	 */
	List<Order> ofCustomer(String customer, @Nullable Integer limit);

}
