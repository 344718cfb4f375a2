package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.PoolSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.jdbc.PgConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * One user of a pooled connection leaves nothing to the next. The pool has one connection
 * per node, so the next user gets the same.
 */
class SessionLeakTests {

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		postgres = RoutingFixture.start(cluster, (builder) -> builder
			.pool(PoolSettings.defaults().withMaxConns(1).withDriverProperties(Map.of("ApplicationName", "the-app"))));
		RoutingFixture.execute(postgres, "create schema tenant");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	private static String ask(Connection connection, String question) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(question)) {
			rows.next();
			return rows.getString(1);
		}
	}

	private static int backend(Connection connection) throws SQLException {
		return Integer.parseInt(ask(connection, "select pg_backend_pid()"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "commit", "rollback", "neither", "failed", "autocommit", "unused" })
	void settingsEndWithTheHandle(String end) throws SQLException {
		int backend;
		try (Connection next = postgres.dataSource().getConnection()) {
			backend = backend(next);
		}
		try (Connection first = postgres.dataSource().getConnection()) {
			first.setAutoCommit(end.equals("autocommit"));
			first.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			first.setSchema("tenant");
			first.setClientInfo("ApplicationName", "tenant-app");
			first.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
			first.setNetworkTimeout(Runnable::run, 12_345);
			Map<String, Class<?>> types = new HashMap<>();
			types.put("thing", String.class);
			first.setTypeMap(types);
			if (!end.equals("unused")) {
				assertThat(backend(first)).isEqualTo(backend);
				assertThat(ask(first, "select current_schema()")).isEqualTo("tenant");
				assertThat(first.getSchema()).isEqualTo("tenant");
				assertThat(ask(first, "show application_name")).isEqualTo("tenant-app");
				assertThat(first.getClientInfo("ApplicationName")).isEqualTo("tenant-app");
			}
			switch (end) {
				case "commit" -> first.commit();
				case "rollback" -> first.rollback();
				case "failed" ->
					assertThatExceptionOfType(SQLException.class).isThrownBy(() -> ask(first, "select 1/0"));
				default -> assertThat(first.isClosed()).isFalse();
			}
		}
		try (Connection next = postgres.dataSource().getConnection()) {
			assertThat(backend(next)).as("the same session").isEqualTo(backend);
			assertThat(next.getAutoCommit()).isTrue();
			assertThat(next.isReadOnly()).isFalse();
			assertThat(next.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(ask(next, "show transaction_isolation")).isEqualTo("read committed");
			assertThat(ask(next, "show default_transaction_isolation")).isEqualTo("read committed");
			assertThat(next.getSchema()).isEqualTo("public");
			assertThat(ask(next, "show search_path")).isEqualTo("\"$user\", public");
			assertThat(ask(next, "show application_name")).isEqualTo("the-app");
			assertThat(next.getClientInfo("ApplicationName")).isEqualTo("the-app");
			assertThat(next.getHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
			assertThat(next.getNetworkTimeout()).isNotEqualTo(12_345);
			assertThat(next.getTypeMap()).isEmpty();
		}
	}

	@Test
	void warningsEndWithTheHandle() throws SQLException {
		try (Connection first = postgres.dataSource().getConnection(); Statement statement = first.createStatement()) {
			statement.execute("do $$ begin raise warning 'look'; end $$");
			first.unwrap(PgConnection.class).addWarning(new SQLWarning("of the connection"));
			assertThat(String.valueOf(first.getWarnings())).contains("of the connection");
		}
		try (Connection next = postgres.dataSource().getConnection(); Statement statement = next.createStatement()) {
			statement.execute("select 1");
			assertThat((Throwable) statement.getWarnings()).isNull();
			assertThat((Throwable) next.getWarnings()).isNull();
		}
	}

	@Test
	void readOnlyEndsWithTheTransaction() throws SQLException {
		try (Connection first = postgres.dataSource().getConnection()) {
			first.setReadOnly(true);
			first.setAutoCommit(false);
			assertThat(ask(first, "show transaction_read_only")).isEqualTo("on");
			first.commit();
		}
		try (Connection next = postgres.dataSource().getConnection()) {
			next.setAutoCommit(false);
			assertThat(ask(next, "show transaction_read_only")).isEqualTo("off");
			assertThat(ask(next, "show default_transaction_read_only")).isEqualTo("off");
		}
	}

	@Test
	void transactionBegunByAStatementEndsWithTheHandle() throws SQLException {
		try (Connection first = postgres.dataSource().getConnection(); Statement statement = first.createStatement()) {
			statement.execute("begin");
			statement.execute("create table left_open (id int)");
		}
		try (Connection next = postgres.dataSource().getConnection()) {
			assertThat(ask(next, "select to_regclass('left_open')")).isNull();
		}
	}

	@Test
	void schemaChangedByAStatementIsSeenWhereTheServerReportsIt() throws SQLException {
		try (Connection first = postgres.dataSource().getConnection()) {
			assertThat(first.getSchema()).isEqualTo("public");
			try (Statement statement = first.createStatement()) {
				statement.execute("set search_path to tenant");
			}
			boolean reported = first.getMetaData().getDatabaseMajorVersion() >= 18;
			assertThat(first.getSchema()).isEqualTo(reported ? "tenant" : "public");
			try (Statement statement = first.createStatement()) {
				statement.execute("reset search_path");
			}
			assertThat(first.getSchema()).isEqualTo("public");
		}
	}

	@Test
	void schemaWhenTakenBackIsTheDefault() throws SQLException {
		try (Connection first = postgres.dataSource().getConnection()) {
			first.setSchema("tenant");
			assertThat(ask(first, "select current_schema()")).isEqualTo("tenant");
			first.setSchema(null);
			assertThat(ask(first, "select current_schema()")).isEqualTo("public");
			assertThat(first.getSchema()).isEqualTo("public");
		}
	}

	@Test
	void schemaHoldsForTheHandleAlsoAfterARollback() throws SQLException {
		try (Connection first = postgres.dataSource().getConnection()) {
			first.setAutoCommit(false);
			assertThat(ask(first, "select current_schema()")).isEqualTo("public");
			first.setSchema("tenant");
			assertThat(ask(first, "select current_schema()")).isEqualTo("tenant");
			first.rollback();
			assertThat(first.getSchema()).isEqualTo("tenant");
			assertThat(ask(first, "select current_schema()")).isEqualTo("tenant");
			first.rollback();
			assertThat(ask(first, "select current_schema()")).isEqualTo("tenant");
		}
	}

	@Test
	void schemaHoldsAfterARollbackWhereThePoolsConnectionsAreNotInAutoCommitMode() throws SQLException {
		try (NexsPostgres own = RoutingFixture.start(cluster,
				(builder) -> builder.pool(hikari("autoCommit", "false"))
					.routing(new RoutingSettings(ReadPreference.PRIMARY, null, 0, Duration.ofSeconds(30), false)));
				Connection connection = own.dataSource().getConnection()) {
			connection.setSchema("tenant");
			assertThat(ask(connection, "select current_schema()")).isEqualTo("tenant");
			connection.rollback();
			assertThat(ask(connection, "select current_schema()")).isEqualTo("tenant");
			connection.rollback();
		}
	}

	@Test
	void clientInfoWhenSetAsAWholeForgetsWhatIsNotInIt() throws SQLException {
		try (Connection first = postgres.dataSource().getConnection()) {
			first.setClientInfo("ApplicationName", "tenant-app");
			assertThat(ask(first, "show application_name")).isEqualTo("tenant-app");
			first.setClientInfo(new Properties());
			assertThat(ask(first, "show application_name")).isEmpty();
			assertThat(first.getClientInfo("ApplicationName")).isEmpty();
		}
	}

	@Test
	void initialStatementOfThePoolIsSaidAgainAfterAReset() throws SQLException {
		PoolSettings settings = hikari("connectionInitSql", "set search_path to pg_catalog");
		try (NexsPostgres own = RoutingFixture.start(cluster, (builder) -> builder.pool(settings))) {
			try (Connection first = own.dataSource().getConnection()) {
				first.setSchema("tenant");
				assertThat(ask(first, "show search_path")).contains("tenant");
			}
			try (Connection next = own.dataSource().getConnection()) {
				assertThat(ask(next, "show search_path")).isEqualTo("pg_catalog");
				assertThat(next.getSchema()).isEqualTo("pg_catalog");
			}
		}
	}

	@Test
	void schemaOfThePoolIsSetAgainAlsoWhenTheHandleSetTheSame() throws SQLException {
		try (NexsPostgres own = RoutingFixture.start(cluster, (builder) -> builder.pool(hikari("schema", "tenant")))) {
			for (String schema : new String[] { "pg_catalog", "tenant" }) {
				try (Connection first = own.dataSource().getConnection()) {
					first.setSchema(schema);
					assertThat(ask(first, "select current_schema()")).isEqualTo(schema);
				}
				try (Connection next = own.dataSource().getConnection()) {
					assertThat(ask(next, "select current_schema()")).isEqualTo("tenant");
					assertThat(next.getSchema()).isEqualTo("tenant");
				}
			}
		}
	}

	@Test
	void isolationOfThePoolIsTheOneATransactionGetsAndMayLeave() throws SQLException {
		try (NexsPostgres own = RoutingFixture.start(cluster,
				(builder) -> builder.pool(hikari("transactionIsolation", "TRANSACTION_SERIALIZABLE")));
				Connection connection = own.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			assertThat(ask(connection, "show transaction_isolation")).isEqualTo("serializable");
			assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
			connection.commit();
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			assertThat(ask(connection, "show transaction_isolation")).isEqualTo("read committed");
			connection.commit();
		}
	}

	private static PoolSettings hikari(String name, String value) {
		return PoolSettings.defaults().withMaxConns(1).withHikari(Map.of(name, value));
	}

}
