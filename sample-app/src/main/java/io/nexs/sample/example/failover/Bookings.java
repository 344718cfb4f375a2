package io.nexs.sample.example.failover;

import java.util.Collection;
import java.util.UUID;

import io.nexs.postgres.retry.RetryTransaction;
import io.nexs.postgres.routing.ReadFrom;
import io.nexs.postgres.routing.ReadPreference;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Bookings, each known by its token.
 */
@Service
class Bookings {

	private final JdbcClient jdbc;

	Bookings(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Waits for a primary when there is none, and begins anew when a failover has rolled
	 * it back.
	 */
	@RetryTransaction
	@Transactional
	void book(UUID token) {
		this.jdbc.sql("insert into example_booking (token) values (?)").param(token).update();
	}

	@ReadFrom(ReadPreference.PRIMARY)
	@Transactional(readOnly = true)
	int found(Collection<UUID> tokens) {
		return this.jdbc.sql("select count(distinct token) from example_booking where token = any (?)")
			.param(tokens.toArray(UUID[]::new))
			.query(Integer.class)
			.single();
	}

	@ReadFrom(ReadPreference.PRIMARY)
	@Transactional(readOnly = true)
	int twice() {
		return this.jdbc.sql("select count(*) - count(distinct token) from example_booking")
			.query(Integer.class)
			.single();
	}

	@RetryTransaction
	@Transactional
	void clear() {
		this.jdbc.sql("delete from example_booking").update();
	}

}
