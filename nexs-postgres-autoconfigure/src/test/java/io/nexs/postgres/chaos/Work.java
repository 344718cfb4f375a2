package io.nexs.postgres.chaos;

import io.nexs.postgres.retry.RetryTransaction;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/**
 * A transaction of two statements, the second of which takes a while, so that it is under
 * way most of the time.
 */
interface Work {

	/**
	 * Writes a row and counts it.
	 * @param id of the row, never used before
	 * @param writer whose count it is
	 */
	void write(long id, int writer);

	private static void say(JdbcClient jdbc, long id, int writer) {
		jdbc.sql("insert into item (id) values (?)").param(id).update();
		jdbc.sql("update tally set number = number + 1 where writer = ? and pg_sleep(0.005) is not null")
			.param(writer)
			.update();
	}

	/**
	 * Run again when it is proven to be rolled back.
	 */
	class Retried implements Work {

		private final JdbcClient jdbc;

		Retried(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		@RetryTransaction
		@Transactional
		public void write(long id, int writer) {
			say(this.jdbc, id, writer);
		}

	}

	/**
	 * Run once.
	 */
	class Once implements Work {

		private final JdbcClient jdbc;

		Once(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		@Transactional
		public void write(long id, int writer) {
			say(this.jdbc, id, writer);
		}

	}

}
