package io.nexs.postgres.benchmark.gap;

import io.nexs.postgres.retry.RetryTransaction;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/**
 * An application that writes through the routed data source.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Stock {

	static final String INSERT = "insert into item (id) values (?)";

	@Bean
	Retried retried(JdbcClient jdbc) {
		return new Retried(jdbc);
	}

	@Bean
	Plain plain(JdbcClient jdbc) {
		return new Plain(jdbc);
	}

	/**
	 * Whose transactions are run again.
	 */
	static class Retried implements Items {

		private final JdbcClient jdbc;

		Retried(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		@RetryTransaction
		@Transactional
		public void write(long id) {
			this.jdbc.sql(INSERT).param(id).update();
		}

	}

	/**
	 * Whose transactions are run once.
	 */
	static class Plain implements Items {

		private final JdbcClient jdbc;

		Plain(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		@Transactional
		public void write(long id) {
			this.jdbc.sql(INSERT).param(id).update();
		}

	}

}
