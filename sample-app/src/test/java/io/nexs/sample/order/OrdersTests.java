package io.nexs.sample.order;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

import io.nexs.sample.AbstractSampleTests;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every implementation of {@link Orders} has to do.
 */
@TestInstance(Lifecycle.PER_CLASS)
class OrdersTests extends AbstractSampleTests {

	@Autowired
	private List<Orders> all;

	List<Orders> implementations() {
		return this.all;
	}

	@ParameterizedTest
	@MethodSource("implementations")
	void orderWhenPlacedIsFoundByAllAsItWasReturned(Orders orders) throws SQLException {
		Order placed = orders.place(newOrder("ada"));
		assertThat(placed.price()).isEqualTo(new BigDecimal("9.90"));
		awaitReplay();
		assertThat(this.all).allSatisfy((other) -> assertThat(other.find(placed.id())).contains(placed));
	}

	@ParameterizedTest
	@MethodSource("implementations")
	void orderWhenThereIsNoneIsEmpty(Orders orders) {
		assertThat(orders.find(Long.MAX_VALUE)).isEmpty();
		assertThat(orders.ofCustomer("nobody-" + UUID.randomUUID(), null)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("implementations")
	void ordersOfACustomerAreTheNewestFirstAndAsManyAsWanted(Orders orders) throws SQLException {
		String customer = "c-" + UUID.randomUUID();
		Order first = orders.place(newOrder(customer));
		Order second = orders.place(newOrder(customer));
		orders.place(newOrder("somebody else"));
		awaitReplay();
		assertThat(orders.ofCustomer(customer, null)).containsExactly(second, first);
		assertThat(orders.ofCustomer(customer, 1)).containsExactly(second);
	}

	@ParameterizedTest
	@MethodSource("implementations")
	void orderWhenTheDatabaseRefusesItIsNotStored(Orders orders) throws SQLException {
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> orders.place(new NewOrder("", "book", 1, BigDecimal.ONE)));
		awaitReplay();
		assertThat(orders.ofCustomer("", null)).isEmpty();
	}

	private static NewOrder newOrder(String customer) {
		return new NewOrder(customer, "book", 2, new BigDecimal("9.9"));
	}

}
