package io.nexs.postgres.routing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.ServerInstance;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodeTraffic;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts round trips at the socket, of this library and of HikariCP alone in front of the
 * primary, under Spring's transactions. The table in {@code docs/performance.md} is
 * compared with what was counted. Probes use the same driver and can only add, so each
 * figure is the lowest of several runs.
 */
class RoundTripTests {

	private static final String QUERY = "select name from item where id = ? limit 1";

	private static final String INSERT = "insert into item (id, name) values (?, 'x')";

	private static final String FIRST = "First connection of a pool (no password, no TLS)";

	private static final String FURTHER = "Each further connection (no password, no TLS)";

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	private static HikariDataSource raw;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		postgres = RoutingFixture.start(cluster, (builder) -> builder.pool(settings()));
		raw = new HikariDataSource(rawConfig());
		RoutingFixture.execute(postgres, "create table item (id int, name text, number serial)");
		RoutingFixture.execute(postgres, "create function nothing(a int) returns int language sql as 'select a'");
		for (int i = 0; i < 10; i++) {
			for (Flow flow : Flow.values()) {
				if (!flow.idle) {
					flow.run(postgres.dataSource());
					flow.run(raw);
				}
			}
		}
	}

	@AfterAll
	static void stop() {
		raw.close();
		postgres.close();
		cluster.close();
	}

	private static PoolSettings settings() {
		return PoolSettings.defaults()
			.withMaxConns(1)
			.withDriverProperties(Map.of("socketFactory", CountingSocketFactory.class.getName(), "sslmode", "disable"));
	}

	private static HikariConfig rawConfig() {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(cluster.primary().jdbcUrl());
		config.setUsername(PostgresDsn.parse(cluster.primary().dsn()).username());
		config.setMaximumPoolSize(1);
		config.addDataSourceProperty("socketFactory", CountingSocketFactory.class.getName());
		config.addDataSourceProperty("sslmode", "disable");
		config.addDataSourceProperty("ApplicationName", "raw");
		return config;
	}

	@ParameterizedTest
	@EnumSource(Flow.class)
	void flowCostsWhatTheTableSays(Flow flow) throws IOException {
		int[] documented = documented(flow.title);
		assertThat(new long[] { trips(raw, flow), trips(postgres.dataSource(), flow) })
			.as("round trips of HikariCP alone, and ours: %s", flow.title)
			.containsExactly(documented[0], documented[1]);
		assertThat(documented[1]).isLessThanOrEqualTo(documented[0]);
	}

	@Test
	void newConnectionsCostWhatTheTableSays() throws Exception {
		int[] first = documented(FIRST);
		int[] next = documented(FURTHER);
		assertThat(lowest(10, RoundTripTests::connectRaw)).isEqualTo(first[0]);
		assertThat(lowest(10, RoundTripTests::connectOurs)).isEqualTo(first[1]);
		assertThat(lowest(10, RoundTripTests::reconnectRaw)).isEqualTo(next[0]);
		assertThat(lowest(10, RoundTripTests::reconnectOurs)).isEqualTo(next[1]);
	}

	@Test
	void gettersOfAFreshHandleAskNobody() throws Exception {
		assertThat(lowest(5, () -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				askAll(connection);
			}
		})).isZero();
	}

	private static void askAll(Connection connection) throws SQLException {
		connection.getTransactionIsolation();
		connection.isReadOnly();
		connection.getAutoCommit();
		connection.getWarnings();
		connection.getHoldability();
		connection.getCatalog();
		connection.getSchema();
		connection.getNetworkTimeout();
		connection.getTypeMap();
		connection.getClientInfo();
		connection.isClosed();
	}

	@ParameterizedTest
	@ValueSource(strings = { "always", "ignore" })
	void readOnlyModeOfTheDriverCostsWhatTheTableSays(String mode) throws IOException {
		int[] documented = documented(readOnlyMode(mode));
		HikariConfig config = rawConfig();
		config.addDataSourceProperty("readOnlyMode", mode);
		Map<String, String> properties = new HashMap<>(settings().driverProperties());
		properties.put("readOnlyMode", mode);
		try (HikariDataSource alone = new HikariDataSource(config);
				NexsPostgres ours = RoutingFixture.start(cluster,
						(builder) -> builder.pool(settings().withDriverProperties(properties)))) {
			trips(alone, Flow.READ);
			trips(ours.dataSource(), Flow.READ);
			assertThat(new long[] { trips(alone, Flow.READ), trips(ours.dataSource(), Flow.READ) })
				.containsExactly(documented[0], documented[1]);
		}
	}

	private static String readOnlyMode(String mode) {
		return "Read-only transaction with the driver's `readOnlyMode=" + mode + "`";
	}

	@Test
	void gettersWithinATransactionAskNobody() throws Exception {
		assertThat(lowest(5, () -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setAutoCommit(false);
				RoutingFixture.port(connection);
				askAll(connection);
				connection.commit();
				askAll(connection);
			}
		})).isEqualTo(2);
	}

	@Test
	void documentedTableHasNoRowThatIsNotCounted() throws IOException {
		Set<String> counted = new HashSet<>(Set.of(FIRST, FURTHER, readOnlyMode("always"), readOnlyMode("ignore")));
		Stream.of(Flow.values()).map((flow) -> flow.title).forEach(counted::add);
		assertThat(table().keySet()).isEqualTo(counted);
	}

	private static int[] documented(String title) throws IOException {
		int[] row = table().get(title);
		assertThat(row).as("docs/performance.md has a row '%s'", title).isNotNull();
		return row;
	}

	/**
	 * The rows {@code | title | HikariCP | ours |} behind the heading.
	 */
	private static Map<String, int[]> table() throws IOException {
		String page = Files.readString(Path.of("../docs/performance.md"));
		String section = page.substring(page.indexOf("## Round trips"));
		Map<String, int[]> rows = new LinkedHashMap<>();
		section.lines()
			.skip(1)
			.takeWhile((line) -> !line.startsWith("## "))
			.filter((line) -> line.matches("\\|.*\\| *\\d+ *\\| *\\d+ *\\|"))
			.map((line) -> line.split("\\|"))
			.forEach((cells) -> rows.put(cells[1].strip(),
					new int[] { Integer.parseInt(cells[2].strip()), Integer.parseInt(cells[3].strip()) }));
		return rows;
	}

	private static long trips(DataSource source, Flow flow) {
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < (flow.idle ? 3 : 10); i++) {
			if (flow.idle) {
				flow.run(source);
				Awaitility.await().pollDelay(Duration.ofMillis(700)).until(() -> true);
			}
			long before = CountingSocketFactory.roundTrips();
			flow.run(source);
			lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
		}
		return lowest;
	}

	private static long lowest(int runs, Attempt attempt) throws Exception {
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < runs; i++) {
			long before = CountingSocketFactory.roundTrips();
			attempt.run();
			lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
		}
		return lowest;
	}

	private static void connectRaw() throws SQLException {
		try (HikariDataSource fresh = new HikariDataSource(rawConfig());
				Connection connection = fresh.getConnection()) {
			connection.isReadOnly();
		}
	}

	private static void connectOurs() throws SQLException {
		Node node = new Node("n", PostgresDsn.parse(cluster.primary().dsn()), 1, null, Set.of());
		try (NodePool fresh = new NodePool(node, settings(), new NodeConnector(settings()), new NodeTraffic() {

			@Override
			public void failed(String nodeId, SQLException failure) {
				throw new AssertionError(failure);
			}

			@Override
			public void connected(String nodeId, ServerInstance server) {
				assertThat(server.port()).isPositive();
			}

		})) {
			fresh.giveBack(fresh.borrow(10_000));
		}
	}

	private static void reconnectRaw() throws SQLException {
		try (Connection connection = raw.getConnection()) {
			raw.evictConnection(connection);
		}
		try (Connection connection = raw.getConnection()) {
			connection.isReadOnly();
		}
	}

	private static void reconnectOurs() throws SQLException {
		NodePool pool = postgres.pools().of("node-1");
		Connection connection = pool.borrow(10_000);
		pool.evict(connection);
		pool.giveBack(connection);
		pool.giveBack(pool.borrow(10_000));
	}

	/**
	 * What an application does.
	 */
	private enum Flow {

		AUTOCOMMIT("Statement in autocommit mode", (jdbc) -> query(jdbc)),

		READ("Read-only transaction, one statement", readOnly(), (jdbc) -> query(jdbc)),

		WRITE("Read-write transaction, one statement", readWrite(), (jdbc) -> insert(jdbc)),

		SUPPORTS("`SUPPORTS`, read-only, no transaction", supports(), (jdbc) -> query(jdbc)),

		ENFORCED("Read-only transaction with `enforceReadOnly`", readOnly(), (jdbc) -> query(jdbc)) {

			@Override
			void prepare(JdbcTransactionManager manager) {
				manager.setEnforceReadOnly(true);
			}

		},

		REPEATABLE_READ_ONLY("`REPEATABLE READ` read-only, one statement",
				isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, true), (jdbc) -> query(jdbc)),

		REPEATABLE_READ("`REPEATABLE READ` read-write, one statement",
				isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, false), (jdbc) -> insert(jdbc)),

		SERIALIZABLE("`SERIALIZABLE` read-write, one statement",
				isolated(TransactionDefinition.ISOLATION_SERIALIZABLE, false), (jdbc) -> insert(jdbc)),

		PLAIN_STATEMENT("`REPEATABLE READ`, statement without parameters",
				isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, true),
				(jdbc) -> jdbc.queryForObject("select 1", Integer.class)),

		FETCH_SIZE("`REPEATABLE READ` with a fetch size",
				isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, true), (jdbc) -> {
					jdbc.setFetchSize(100);
					query(jdbc);
				}),

		BATCH("`REPEATABLE READ` with a batch", isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, false),
				(jdbc) -> jdbc.batchUpdate(INSERT, Stream.of(1, 2).map((id) -> new Object[] { id }).toList())),

		CALLABLE("`REPEATABLE READ` with a callable", isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, false),
				(jdbc) -> execute(jdbc, (connection) -> {
					try (CallableStatement call = connection.prepareCall("{call nothing(?)}")) {
						call.setInt(1, 1);
						return call.execute();
					}
				})),

		GENERATED_KEYS("`REPEATABLE READ` with generated keys",
				isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, false),
				(jdbc) -> execute(jdbc, (connection) -> {
					try (PreparedStatement insert = connection.prepareStatement(INSERT,
							Statement.RETURN_GENERATED_KEYS)) {
						insert.setInt(1, 1);
						return insert.executeUpdate();
					}
				})),

		EMPTY("Transaction without a statement", readWrite(), (jdbc) -> {
		}),

		GETTERS("Transaction that asks for isolation and schema, one statement", readWrite(),
				(jdbc) -> execute(jdbc, (connection) -> {
					query(jdbc);
					connection.getSchema();
					return connection.getTransactionIsolation();
				})),

		IDLE_READ("Read-only transaction after 500 ms of idleness", true, readOnly(), (jdbc) -> query(jdbc)),

		IDLE_WRITE("Read-write transaction after 500 ms of idleness", true, readWrite(), (jdbc) -> insert(jdbc)),

		IDLE_SUPPORTS("`SUPPORTS`, read-only, after 500 ms of idleness", true, supports(), (jdbc) -> query(jdbc)),

		IDLE_REPEATABLE_READ("`REPEATABLE READ` read-only after 500 ms of idleness", true,
				isolated(TransactionDefinition.ISOLATION_REPEATABLE_READ, true), (jdbc) -> query(jdbc)),

		IDLE_AUTOCOMMIT("Statement in autocommit mode on the primary after 500 ms of idleness", true, null,
				(jdbc) -> insert(jdbc));

		private final String title;

		private final boolean idle;

		private final TransactionDefinition definition;

		private final Work work;

		Flow(String title, Work work) {
			this(title, false, null, work);
		}

		Flow(String title, TransactionDefinition definition, Work work) {
			this(title, false, definition, work);
		}

		Flow(String title, boolean idle, TransactionDefinition definition, Work work) {
			this.title = title;
			this.idle = idle;
			this.definition = definition;
			this.work = work;
		}

		void prepare(JdbcTransactionManager manager) {
			// The manager as it comes
		}

		void run(DataSource source) {
			JdbcTemplate jdbc = new JdbcTemplate(source, true);
			if (this.definition == null) {
				this.work.accept(jdbc);
				return;
			}
			JdbcTransactionManager manager = new JdbcTransactionManager(source);
			prepare(manager);
			new TransactionTemplate(manager, this.definition).executeWithoutResult((status) -> this.work.accept(jdbc));
		}

		private static void query(JdbcTemplate jdbc) {
			jdbc.queryForList(QUERY, String.class, 1);
		}

		private static void insert(JdbcTemplate jdbc) {
			jdbc.update(INSERT, 1);
		}

		private static <T> void execute(JdbcTemplate jdbc, ConnectionCallback<T> work) {
			jdbc.execute(work);
		}

		private static TransactionDefinition readOnly() {
			return isolated(TransactionDefinition.ISOLATION_DEFAULT, true);
		}

		private static TransactionDefinition readWrite() {
			return isolated(TransactionDefinition.ISOLATION_DEFAULT, false);
		}

		private static TransactionDefinition supports() {
			DefaultTransactionDefinition definition = new DefaultTransactionDefinition(
					TransactionDefinition.PROPAGATION_SUPPORTS);
			definition.setReadOnly(true);
			return definition;
		}

		private static TransactionDefinition isolated(int level, boolean readOnly) {
			DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
			definition.setIsolationLevel(level);
			definition.setReadOnly(readOnly);
			return definition;
		}

	}

	/**
	 * Statements of a flow.
	 */
	@FunctionalInterface
	private interface Work {

		void accept(JdbcTemplate jdbc);

	}

	/**
	 * Something whose round trips are counted.
	 */
	@FunctionalInterface
	private interface Attempt {

		void run() throws Exception;

	}

}
