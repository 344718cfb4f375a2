package io.nexs.sample.example.replicas;

import io.nexs.postgres.routing.ReadFrom;
import io.nexs.postgres.routing.ReadPreference;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads that go to a replica, and one that must not.
 */
@Service
class Notes {

	private final JdbcClient jdbc;

	Notes(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Transactional
	void write() {
		this.jdbc.sql("insert into example_item (name, price) values ('note', 0)").update();
	}

	/**
	 * May be behind by what the replica has not replayed yet.
	 */
	@Transactional(readOnly = true)
	long count() {
		return this.jdbc.sql("select count(*) from example_item").query(Long.class).single();
	}

	/**
	 * Sees every write that was committed.
	 */
	@ReadFrom(ReadPreference.PRIMARY)
	@Transactional(readOnly = true)
	long countExactly() {
		return this.jdbc.sql("select count(*) from example_item").query(Long.class).single();
	}

	@Transactional
	void clear() {
		this.jdbc.sql("delete from example_item").update();
	}

}
