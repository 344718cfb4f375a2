package io.nexs.postgres.autoconfigure;

import java.util.function.Supplier;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A read-write method that is called within a read-only one.
 */
@UseEmbeddedCluster
class ReadOnlyScopeTests {

	private static final String ROWS = "select count(*) from scope";

	private static RunningApplication application;

	private static EmbeddedCluster cluster;

	@BeforeAll
	static void start(EmbeddedCluster started) {
		cluster = started;
		application = RunningApplication.start(Application.class, "nexs.db.dsn=" + cluster.dsn());
		application.bean(JdbcTemplate.class).execute("create table scope (id integer)");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "secondary", "primary" })
	void writeWhenItJoinsAReadOnlyTransactionFailsAndWritesNowhere(String preference) {
		try (RunningApplication other = RunningApplication.start(Application.class, "nexs.db.dsn=" + cluster.dsn(),
				"nexs.db.read.preference=" + preference)) {
			Inner inner = other.bean(Inner.class);
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> other.bean(Outer.class).readOnly(inner::write))
				.withRootCauseInstanceOf(PSQLException.class)
				.withStackTraceContaining("cannot execute INSERT in a read-only transaction")
				.satisfies((ex) -> assertThat(((PSQLException) ex.getRootCause()).getSQLState()).isEqualTo("25006"));
			assertThat(other.bean(JdbcTemplate.class).queryForObject(ROWS + " where id = 1", Integer.class)).isZero();
		}
	}

	@Test
	void writeWhenItBeginsATransactionOfItsOwnGoesToThePrimary() {
		Inner inner = application.bean(Inner.class);
		Integer port = application.bean(Outer.class).readOnly(inner::writeAlone);
		assertThat(port).isEqualTo(cluster.primary().directPort());
		assertThat(application.bean(JdbcTemplate.class).queryForObject(ROWS + " where id = 2", Integer.class))
			.isEqualTo(1);
	}

	@Configuration(proxyBeanMethods = false)
	static class Application extends WebApplication {

		@Bean
		Outer outer() {
			return new Outer();
		}

		@Bean
		Inner inner(JdbcTemplate jdbc) {
			return new Inner(jdbc);
		}

	}

	/**
	 * Reads only.
	 */
	static class Outer {

		@Transactional(readOnly = true)
		public Integer readOnly(Supplier<Integer> work) {
			return work.get();
		}

	}

	/**
	 * Writes.
	 */
	static class Inner {

		private final JdbcTemplate jdbc;

		Inner(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		public Integer write() {
			return this.jdbc.update("insert into scope values (1)");
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public Integer writeAlone() {
			this.jdbc.update("insert into scope values (2)");
			return this.jdbc.queryForObject("select inet_server_port()", Integer.class);
		}

	}

}
