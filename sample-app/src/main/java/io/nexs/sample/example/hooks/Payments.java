package io.nexs.sample.example.hooks;

import java.math.BigDecimal;

import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.routing.ReadFrom;
import io.nexs.postgres.routing.ReadPreference;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Payments. They know nothing of the hooks.
 */
@Service
class Payments {

	private static final String INSERT = "insert into example_payment (amount) values (?)";

	private final JdbcClient jdbc;

	Payments(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Whether an operation is a payment.
	 */
	static boolean isInsert(HookContext context) {
		return INSERT.equals(context.sql());
	}

	@Transactional
	void pay(String amount) {
		this.jdbc.sql(INSERT).param(new BigDecimal(amount)).update();
	}

	@Transactional
	void payAndFail(String amount) {
		pay(amount);
		throw new IllegalStateException("the business method failed after the payment");
	}

	@ReadFrom(ReadPreference.PRIMARY)
	@Transactional(readOnly = true)
	Ledger ledger() {
		return this.jdbc
			.sql("select (select count(*) from example_payment) as payments,"
					+ " (select count(*) from example_trail) as entries")
			.query(Ledger.class)
			.single();
	}

	@Transactional
	void clear() {
		this.jdbc.sql("delete from example_payment").update();
		this.jdbc.sql("delete from example_trail").update();
	}

	/**
	 * What is in the two tables.
	 *
	 * @param payments payments
	 * @param entries entries of the trail
	 */
	record Ledger(int payments, int entries) {

	}

}
