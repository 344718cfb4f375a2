package io.nexs.postgres.starter.neighbours.slices;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.postgres.starter.neighbours.SharedCluster;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase.Replace;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who wins when a test says which database it wants.
 */
class SliceReplacementTests {

	private static final String NO_MIGRATION = "spring.liquibase.enabled=false";

	/**
	 * Names of databases that no other test has.
	 */
	private static String newDatabase() {
		return SharedCluster.database("slice_" + UUID.randomUUID().toString().replace('-', '_'));
	}

	abstract static class Slice {

		@Autowired
		private DataSource dataSource;

		@Autowired
		private ObjectProvider<ClusterMonitor> monitor;

		@Autowired
		private ObjectProvider<EmbeddedCluster> embedded;

		@Autowired
		private JdbcClient jdbc;

		void assertReplaced() throws SQLException {
			assertThat(this.dataSource.isWrapperFor(RoutingDataSource.class)).isFalse();
			try (Connection connection = this.dataSource.getConnection()) {
				assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("H2");
			}
			assertThat(this.monitor.getIfAvailable()).isNull();
			assertThat(this.embedded.getIfAvailable()).isNull();
		}

		void assertOnSharedCluster() throws SQLException {
			assertThat(this.dataSource.isWrapperFor(RoutingDataSource.class)).isTrue();
			assertThat(this.embedded.getIfAvailable()).isNull();
			assertThat(this.jdbc.sql("select inet_server_port()").query(Integer.class).single())
				.isEqualTo(SharedCluster.primaryPort());
		}

	}

	@Nested
	@JdbcTest(properties = NO_MIGRATION)
	@AutoConfigureTestDatabase(replace = Replace.ANY)
	class ReplaceAny extends Slice {

		@Test
		void dataSourceWhenAnyIsToBeReplacedIsReplaced() throws SQLException {
			assertReplaced();
		}

	}

	@Nested
	@JdbcTest(properties = NO_MIGRATION)
	@AutoConfigureTestDatabase(replace = Replace.AUTO_CONFIGURED)
	class ReplaceAutoConfigured extends Slice {

		@Test
		void dataSourceWhenAutoConfiguredOnesAreToBeReplacedIsReplaced() throws SQLException {
			assertReplaced();
		}

	}

	@Nested
	@JdbcTest(properties = NO_MIGRATION)
	@TestPropertySource(properties = "nexs.db.dsn=postgres://db.invalid/orders")
	class ConfiguredServers extends Slice {

		@Test
		void dataSourceWhenItsServersAreThoseOfTheApplicationIsReplaced() throws SQLException {
			assertReplaced();
		}

	}

	@Nested
	@JdbcTest(properties = NO_MIGRATION)
	@TestPropertySource(properties = "nexs.db.embedded.enabled=false")
	class EmbeddedSwitchedOff extends Slice {

		@Test
		void dataSourceWhenTheEmbeddedClusterIsSwitchedOffIsReplaced() throws SQLException {
			assertReplaced();
		}

	}

	@Nested
	@JdbcTest(properties = NO_MIGRATION)
	class DynamicServers extends Slice {

		@DynamicPropertySource
		static void servers(DynamicPropertyRegistry registry) {
			String dsn = newDatabase();
			registry.add("nexs.db.dsn", () -> dsn);
		}

		@Test
		void dataSourceWhenItsServersAreThoseOfTheTestIsKept() throws SQLException {
			assertOnSharedCluster();
		}

	}

	@Nested
	@JdbcTest(properties = NO_MIGRATION)
	@AutoConfigureTestDatabase(replace = Replace.NONE)
	class ReplaceNone extends Slice {

		@DynamicPropertySource
		static void servers(DynamicPropertyRegistry registry) {
			String dsn = newDatabase();
			registry.add("nexs.db.dsn", () -> dsn);
		}

		@Test
		void dataSourceWhenNoneIsToBeReplacedIsKept() throws SQLException {
			assertOnSharedCluster();
		}

	}

	@Nested
	@JdbcTest(properties = NO_MIGRATION)
	@AutoConfigureTestDatabase(replace = Replace.NONE)
	class OwnDataSource extends Slice {

		@Test
		void dataSourceWhenTheTestHasItsOwnIsThatOne() throws SQLException {
			assertReplaced();
		}

		@TestConfiguration(proxyBeanMethods = false)
		static class Own {

			@Bean
			EmbeddedDatabase dataSource() {
				return new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).generateUniqueName(true).build();
			}

		}

	}

}
