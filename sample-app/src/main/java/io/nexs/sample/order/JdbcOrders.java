package io.nexs.sample.order;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

import io.nexs.postgres.retry.RetryTransaction;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Orders by JDBC.
 */
@Service
@RetryTransaction
@Transactional(readOnly = true)
class JdbcOrders implements Orders {

	private static final String COLUMNS = "id, customer, item, quantity, price, created_at";

	private final JdbcClient jdbc;

	JdbcOrders(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Override
	@Transactional
	public Order place(NewOrder order) {
		return this.jdbc.sql("""
				insert into orders (customer, item, quantity, price)
				values (:customer, :item, :quantity, :price)
				returning\s""" + COLUMNS)
			.param("customer", order.customer())
			.param("item", order.item())
			.param("quantity", order.quantity())
			.param("price", order.price())
			.query(JdbcOrders::map)
			.single();
	}

	@Override
	public Optional<Order> find(long id) {
		return this.jdbc.sql("select " + COLUMNS + " from orders where id = :id")
			.param("id", id)
			.query(JdbcOrders::map)
			.optional();
	}

	@Override
	public List<Order> ofCustomer(String customer, @Nullable Integer limit) {
		return this.jdbc
			.sql("select " + COLUMNS + " from orders where customer = :customer"
					+ " order by created_at desc, id desc limit :limit")
			.param("customer", customer)
			.param("limit", limit, Types.INTEGER)
			.query(JdbcOrders::map)
			.list();
	}

	private static Order map(ResultSet row, int index) throws SQLException {
		return new Order(row.getLong("id"), row.getString("customer"), row.getString("item"), row.getInt("quantity"),
				row.getBigDecimal("price"), row.getObject("created_at", OffsetDateTime.class).toInstant());
	}

}
