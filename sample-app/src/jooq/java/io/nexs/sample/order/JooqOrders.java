package io.nexs.sample.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.nexs.postgres.retry.RetryTransaction;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Orders by jOOQ, with the names jOOQ's generator would take from the schema.
 */
@Service
@RetryTransaction
@Transactional(readOnly = true)
class JooqOrders implements Orders {

	private static final Table<Record> ORDERS = DSL.table(DSL.name("orders"));

	private static final Field<Long> ID = DSL.field(DSL.name("id"), SQLDataType.BIGINT);

	private static final Field<String> CUSTOMER = DSL.field(DSL.name("customer"), SQLDataType.VARCHAR);

	private static final Field<String> ITEM = DSL.field(DSL.name("item"), SQLDataType.VARCHAR);

	private static final Field<Integer> QUANTITY = DSL.field(DSL.name("quantity"), SQLDataType.INTEGER);

	private static final Field<BigDecimal> PRICE = DSL.field(DSL.name("price"), SQLDataType.NUMERIC);

	private static final Field<Instant> CREATED_AT = DSL.field(DSL.name("created_at"), SQLDataType.INSTANT);

	private final DSLContext jooq;

	JooqOrders(DSLContext jooq) {
		this.jooq = jooq;
	}

	@Override
	@Transactional
	public Order place(NewOrder order) {
		return this.jooq.insertInto(ORDERS)
			.set(CUSTOMER, order.customer())
			.set(ITEM, order.item())
			.set(QUANTITY, order.quantity())
			.set(PRICE, order.price())
			.returningResult(ID, CUSTOMER, ITEM, QUANTITY, PRICE, CREATED_AT)
			.fetchSingle(JooqOrders::map);
	}

	@Override
	public Optional<Order> find(long id) {
		return this.jooq.select(ID, CUSTOMER, ITEM, QUANTITY, PRICE, CREATED_AT)
			.from(ORDERS)
			.where(ID.eq(id))
			.fetchOptional(JooqOrders::map);
	}

	@Override
	public List<Order> ofCustomer(String customer, @Nullable Integer limit) {
		return this.jooq.select(ID, CUSTOMER, ITEM, QUANTITY, PRICE, CREATED_AT)
			.from(ORDERS)
			.where(CUSTOMER.eq(customer))
			.orderBy(CREATED_AT.desc(), ID.desc())
			.limit(Objects.requireNonNullElse(limit, Integer.MAX_VALUE))
			.fetch(JooqOrders::map);
	}

	private static Order map(Record row) {
		return new Order(row.get(ID), row.get(CUSTOMER), row.get(ITEM), row.get(QUANTITY), row.get(PRICE),
				row.get(CREATED_AT));
	}

}
