package io.nexs.postgres.routing;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.Pooler;
import io.nexs.postgres.tracing.ApplicationName;
import io.nexs.postgres.tracing.CorrelationId;
import io.nexs.postgres.tracing.CurrentCaller;
import io.nexs.postgres.tracing.SqlComment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a server sees of the correlation id, and that it costs no round trip.
 */
class ServerPropagationTests {

	private static final String SEEN = "select current_setting('application_name')";

	private static final String COMMENT = " /*correlation_id='request-7'*/";

	private static EmbeddedCluster cluster;

	private static NexsPostgres plain;

	private static NexsPostgres named;

	private static NexsPostgres commented;

	private CorrelationId.Scope scope;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		CurrentCaller caller = new CurrentCaller(null);
		plain = start(UnaryOperator.identity());
		named = start((defaults) -> defaults.withPrelude(new ApplicationName(Prelude.ISOLATION, "orders", caller)));
		commented = start((defaults) -> defaults.withText(new SqlComment(caller)));
		RoutingFixture.execute(plain, "create table item (id serial primary key, name text,"
				+ " said text default current_query(), application text default current_setting('application_name'))");
		RoutingFixture.execute(plain, "create function twice(a int) returns int language sql as 'select 2 * a'");
	}

	private static NexsPostgres start(UnaryOperator<RoutingCollaborators> change) {
		return RoutingFixture.start(cluster,
				(builder) -> builder.collaborators(change)
					.pool(PoolSettings.defaults()
						.withMaxConns(1)
						.withDriverProperties(Map.of("socketFactory", CountingSocketFactory.class.getName(), "sslmode",
								"disable", "ApplicationName", "pooled"))));
	}

	@AfterAll
	static void stop() {
		List.of(plain, named, commented).forEach(NexsPostgres::close);
		cluster.close();
	}

	@BeforeEach
	void open() throws SQLException {
		RoutingFixture.execute(plain, "truncate item");
		this.scope = CorrelationId.open("request-7");
	}

	@AfterEach
	void close() {
		this.scope.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void applicationNameWhenInATransactionIsThatOfTheRequest(boolean readOnly) throws SQLException {
		try (Connection connection = named.dataSource().getConnection()) {
			assertThat(text(connection, SEEN)).as("autocommit").isEqualTo("pooled");
			connection.setReadOnly(readOnly);
			connection.setAutoCommit(false);
			assertThat(text(connection, SEEN)).isEqualTo("orders/request-7");
			assertThat(text(connection, "select application_name from pg_stat_activity where pid = pg_backend_pid()"))
				.isEqualTo("orders/request-7");
			connection.commit();
			CorrelationId.Scope other = CorrelationId.open("request-8");
			assertThat(text(connection, SEEN)).isEqualTo("orders/request-8");
			other.close();
			connection.rollback();
			connection.setAutoCommit(true);
			assertThat(text(connection, SEEN)).as("autocommit").isEqualTo("pooled");
		}
		this.scope.close();
		try (Connection connection = named.dataSource().getConnection()) {
			connection.setReadOnly(readOnly);
			connection.setAutoCommit(false);
			assertThat(text(connection, SEEN)).as("no request").isEqualTo("pooled");
			connection.commit();
		}
	}

	@ParameterizedTest
	@EnumSource(Work.class)
	void resultWhenTwoStatementsStandInFrontIsThatOfTheStatement(Work work) throws SQLException {
		try (Connection connection = named.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
			work.run(connection);
			assertThat(text(connection, "show transaction_isolation")).isEqualTo("serializable");
			assertThat(text(connection, SEEN)).isEqualTo("orders/request-7");
			connection.commit();
		}
		assertThat(names()).hasSize(work.rows)
			.allSatisfy((row) -> assertThat(row).startsWith("a|").endsWith("|orders/request-7"));
	}

	@ParameterizedTest
	@EnumSource(Work.class)
	void statementWhenCommentsAreSentIsSeenWithTheComment(Work work) throws SQLException {
		try (Connection connection = commented.dataSource().getConnection()) {
			work.run(connection);
			connection.setAutoCommit(false);
			work.run(connection);
			connection.commit();
		}
		assertThat(names()).hasSize(2 * work.rows)
			.allSatisfy((row) -> assertThat(row).startsWith("a|").contains(COMMENT));
	}

	@ParameterizedTest
	@EnumSource(value = Work.class, names = { "PREPARED", "PLAIN", "QUERY", "EXECUTE" })
	void roundTripsWhenTheIdIsSentAreAsMany(Work work) throws SQLException {
		long expected = trips(plain, work);
		assertThat(expected).isEqualTo(2);
		assertThat(trips(named, work)).isEqualTo(expected);
		assertThat(trips(commented, work)).isEqualTo(expected);
	}

	@Test
	void callWhenCommentsAreSentIsLeftAlone() throws SQLException {
		try (Connection connection = commented.dataSource().getConnection();
				CallableStatement call = connection.prepareCall("{? = call twice(?)}")) {
			call.registerOutParameter(1, java.sql.Types.INTEGER);
			call.setInt(2, 21);
			call.execute();
			assertThat(call.getInt(1)).isEqualTo(42);
		}
	}

	@Test
	void batchWhenCommentsAreSentIsOneInsertStill() throws SQLException {
		try (Connection connection = commented.dataSource().getConnection();
				PreparedStatement insert = connection.prepareStatement("insert into item (name) values (?)")) {
			for (int i = 0; i < 10; i++) {
				insert.setString(1, "a");
				insert.addBatch();
			}
			insert.executeBatch();
		}
		assertThat(names()).hasSize(10).allSatisfy((row) -> assertThat(row).contains("),(").contains(COMMENT));
	}

	@Test
	void statementWhenItFailsTellsThePlaceInTheTextOfTheApplication() throws SQLException {
		try (Connection connection = commented.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeQuery("select * from nowhere"))
				.withMessageContaining("Position: 15");
		}
	}

	@Test
	@EnabledIf("io.nexs.postgres.routing.PgBouncer#isInstalled")
	void applicationNameWhenSentThroughPgBouncerIsOfTheTransactionOnly() throws SQLException {
		try (PgBouncer bouncer = PgBouncer.before(cluster.primary());
				NexsPostgres pooled = NexsPostgres.of("postgres://postgres@" + bouncer.address() + "/postgres")
					.pool(PoolSettings.defaults().withMaxConns(4).withPooler(Pooler.PGBOUNCER))
					.collaborators((defaults) -> defaults
						.withPrelude(new ApplicationName(Prelude.ISOLATION, "orders", new CurrentCaller(null))))
					.start()) {
			RoutingFixture.awaitHealthy(pooled);
			for (int i = 0; i < 20; i++) {
				try (Connection one = pooled.dataSource().getConnection();
						Connection other = pooled.dataSource().getConnection()) {
					one.setAutoCommit(false);
					assertThat(text(one, SEEN)).isEqualTo("orders/request-7");
					assertThat(text(other, SEEN)).doesNotContain("request");
					one.commit();
					assertThat(text(other, SEEN)).doesNotContain("request");
				}
			}
			assertThat(RoutingFixture.question(cluster.primary(),
					"select count(*) from pg_stat_activity where application_name like '%request-7%'"))
				.isZero();
		}
	}

	private static long trips(NexsPostgres postgres, Work work) throws SQLException {
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < 10; i++) {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setAutoCommit(false);
				long before = CountingSocketFactory.roundTrips();
				work.run(connection);
				connection.commit();
				lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
			}
		}
		return lowest;
	}

	private static String text(Connection connection, String sql) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(sql);
				ResultSet rows = statement.executeQuery()) {
			rows.next();
			return rows.getString(1);
		}
	}

	/**
	 * What the server wrote down of each row, past the data sources.
	 */
	private static List<String> names() throws SQLException {
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select name, said, application from item")) {
			List<String> names = new ArrayList<>();
			while (rows.next()) {
				names.add(rows.getString(1) + "|" + rows.getString(2) + "|" + rows.getString(3));
			}
			return names;
		}
	}

	/**
	 * Ways to insert a row by JDBC, with the answer each has to give.
	 */
	private enum Work {

		PREPARED(1) {

			@Override
			void run(Connection connection) throws SQLException {
				try (PreparedStatement insert = connection.prepareStatement("insert into item (name) values (?)")) {
					insert.setString(1, "a");
					assertThat(insert.executeUpdate()).isEqualTo(1);
				}
			}

		},

		PLAIN(1) {

			@Override
			void run(Connection connection) throws SQLException {
				try (Statement insert = connection.createStatement()) {
					assertThat(insert.executeUpdate("insert into item (name) values ('a');")).isEqualTo(1);
				}
			}

		},

		QUERY(1) {

			@Override
			void run(Connection connection) throws SQLException {
				try (Statement insert = connection.createStatement();
						ResultSet rows = insert.executeQuery("insert into item (name) values ('a') returning name")) {
					assertThat(rows.next()).isTrue();
					assertThat(rows.getString(1)).isEqualTo("a");
				}
			}

		},

		EXECUTE(1) {

			@Override
			void run(Connection connection) throws SQLException {
				try (PreparedStatement insert = connection.prepareStatement("insert into item (name) values (?)")) {
					insert.setString(1, "a");
					assertThat(insert.execute()).isFalse();
					assertThat(insert.getUpdateCount()).isEqualTo(1);
				}
			}

		},

		TWICE(2) {

			@Override
			void run(Connection connection) throws SQLException {
				try (PreparedStatement insert = connection.prepareStatement("insert into item (name) values (?)")) {
					insert.setString(1, "a");
					assertThat(insert.executeUpdate()).isEqualTo(1);
					assertThat(insert.executeUpdate()).isEqualTo(1);
				}
			}

		},

		KEYS(1) {

			@Override
			void run(Connection connection) throws SQLException {
				try (PreparedStatement insert = connection.prepareStatement("insert into item (name) values (?)",
						new String[] { "name" })) {
					insert.setString(1, "a");
					assertThat(insert.executeUpdate()).isEqualTo(1);
					ResultSet keys = insert.getGeneratedKeys();
					assertThat(keys.next()).isTrue();
					assertThat(keys.getString(1)).isEqualTo("a");
				}
			}

		},

		PLAIN_KEYS(1) {

			@Override
			void run(Connection connection) throws SQLException {
				try (Statement insert = connection.createStatement()) {
					assertThat(insert.executeUpdate("insert into item (name) values ('a')",
							Statement.RETURN_GENERATED_KEYS))
						.isEqualTo(1);
					assertThat(insert.getGeneratedKeys().next()).isTrue();
				}
			}

		},

		BATCH(2) {

			@Override
			void run(Connection connection) throws SQLException {
				try (PreparedStatement insert = connection.prepareStatement("insert into item (name) values (?)")) {
					insert.setString(1, "a");
					insert.addBatch();
					insert.addBatch();
					assertThat(insert.executeBatch()).hasSize(2);
				}
			}

		},

		PLAIN_BATCH(2) {

			@Override
			void run(Connection connection) throws SQLException {
				try (Statement insert = connection.createStatement()) {
					insert.addBatch("insert into item (name) values ('a')");
					insert.addBatch("insert into item (name) values ('a')");
					assertThat(insert.executeBatch()).containsExactly(1, 1);
				}
			}

		};

		private final int rows;

		Work(int rows) {
			this.rows = rows;
		}

		abstract void run(Connection connection) throws SQLException;

	}

}
