package io.nexs.postgres.routing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookParameter;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookSettings;
import io.nexs.postgres.hook.HookVetoException;
import io.nexs.postgres.hook.RecordingHook;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Hooks are called once for each operation, with what it was and what became of it, on
 * real servers.
 */
class HookedOperationTests {

	private static EmbeddedCluster cluster;

	private static HookRegistry registry;

	private static NexsPostgres postgres;

	private RecordingHook hook;

	private final List<HookRegistration> added = new ArrayList<>();

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		registry = new HookRegistry(HookSettings.defaults(), () -> new HookCaller("acme", "request-1"));
		postgres = RoutingFixture.start(cluster,
				(builder) -> builder.hooks(registry.dispatcher())
					.monitor(RoutingFixture.quick())
					.pool(PoolSettings.defaults().withMaxConns(3)));
		RoutingFixture.execute(postgres, "create table item (id int primary key, name text)");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		registry.close();
		cluster.close();
	}

	@BeforeEach
	void hook() throws SQLException {
		RoutingFixture.execute(postgres, "truncate item");
		// The pool opens and closes connections when it pleases
		this.hook = new RecordingHook(
				EnumSet.complementOf(EnumSet.of(HookPoint.CONNECTION_OPEN, HookPoint.CONNECTION_CLOSE)));
		add("recording", this.hook, 0);
		this.hook.take();
	}

	@AfterEach
	void nothingIsLeft() {
		this.added.forEach(HookRegistration::remove);
		assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
	}

	private HookRegistration add(String name, DatabaseHook hook, int order) {
		HookRegistration registration = registry.add(name, hook, order);
		this.added.add(registration);
		return registration;
	}

	private static Connection open() {
		return postgres.dataSource().getConnection();
	}

	private static List<String> around(String... points) {
		List<String> calls = new ArrayList<>();
		for (String point : points) {
			calls.add("before " + point);
			calls.add("after " + point);
		}
		return calls;
	}

	private static List<String> in(List<String> outer, List<String> inner) {
		List<String> calls = new ArrayList<>(outer);
		calls.addAll(outer.size() / 2, inner);
		return calls;
	}

	@Test
	void autoCommitStatementWhenExecutedIsHookedOnce() throws SQLException {
		long start = System.nanoTime();
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			assertThat(statement.executeUpdate("insert into item values (1, 'a'), (2, 'b')")).isEqualTo(2);
		}
		long all = System.nanoTime() - start;
		List<RecordingHook.Call> calls = this.hook.take();
		assertThat(calls).extracting(RecordingHook.Call::toString)
			.containsExactlyElementsOf(around("acquire", "exec", "release"));
		RecordingHook.Call exec = calls.get(3);
		assertThat(exec.sql()).isEqualTo("insert into item values (1, 'a'), (2, 'b')");
		assertThat(exec.rows()).isEqualTo(2);
		assertThat(exec.node()).isEqualTo("node-1");
		assertThat(exec.role()).isEqualTo("primary");
		assertThat(exec.reason()).isEqualTo("no-transaction");
		assertThat(exec.nanos()).isPositive();
		assertThat(exec.failure()).isNull();
		assertThat(exec.caller()).isEqualTo(new HookCaller("acme", "request-1"));
		assertThat(calls.get(0).node()).isNull();
		assertThat(calls.get(1).node()).isEqualTo("node-1");
		assertThat(calls.get(5).nanos()).as("the time it was lent").isGreaterThan(exec.nanos()).isLessThan(all);
		assertThat(calls.get(1).nanos()).as("the time until it was").isBetween(1L, all - calls.get(5).nanos());
	}

	@Test
	void transactionWhenCommittedIsHookedOnce() throws SQLException {
		try (Connection connection = open()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection
				.prepareStatement("select * from generate_series(1, ?) n where n > ?")) {
				statement.setInt(1, 7);
				statement.setInt(2, 2);
				statement.executeQuery().close();
				statement.setInt(2, 3);
				statement.executeQuery().close();
			}
			connection.commit();
			connection.rollback();
			connection.commit();
		}
		List<RecordingHook.Call> calls = this.hook.take();
		assertThat(calls).extracting(RecordingHook.Call::toString)
			.containsExactlyElementsOf(around("acquire", "begin", "query", "query", "commit", "release"));
		assertThat(calls.get(5).rows()).isEqualTo(5);
		assertThat(calls.get(7).rows()).isEqualTo(4);
		assertThat(calls.get(5).role()).isEqualTo("replica");
		assertThat(calls.get(5).reason()).isEqualTo("read-only");
		assertThat(calls.get(4).parameters()).hasSize(1);
		assertThat(calls.get(4).parameters().get(0)).extracting(HookParameter::value).containsExactly(7, 2);
	}

	@Test
	void transactionWhenRolledBackIsHookedOnce() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("insert into item values (1, 'a')");
				connection.rollback();
				statement.execute(" (select 1)");
			}
		}
		assertThat(this.hook.takeNames()).containsExactlyElementsOf(
				around("acquire", "begin", "exec", "rollback", "begin", "query", "rollback", "release"));
	}

	@Test
	void transactionWhenNothingIsSaidIsNotHooked() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			connection.commit();
		}
		assertThat(this.hook.take()).isEmpty();
	}

	@Test
	void commitWhenAutoCommitIsSwitchedOnIsHooked() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("insert into item values (1, 'a')");
			}
			connection.setAutoCommit(true);
		}
		assertThat(this.hook.takeNames())
			.containsExactlyElementsOf(around("acquire", "begin", "exec", "commit", "release"));
	}

	@Test
	void batchWhenExecutedIsHookedOnceWithItsEntries() throws SQLException {
		try (Connection connection = open();
				PreparedStatement statement = connection.prepareStatement("insert into item values (?, ?)")) {
			for (int i = 0; i < 3; i++) {
				statement.setInt(1, i);
				statement.setString(2, "name " + i);
				statement.addBatch();
			}
			statement.executeBatch();
		}
		List<RecordingHook.Call> calls = this.hook.take();
		assertThat(calls).extracting(RecordingHook.Call::toString)
			.containsExactlyElementsOf(around("acquire", "batch", "release"));
		assertThat(calls.get(3).rows()).as("the driver makes one insert of them").isEqualTo(-1);
		assertThat(calls.get(3).sql()).isEqualTo("insert into item values (?, ?)");
		assertThat(calls.get(3).parameters()).hasSize(3);
		assertThat(calls.get(3).parameters().get(2)).extracting(HookParameter::value).containsExactly(2, "name 2");
	}

	@Test
	void batchWhenExecutedTellsItsSizeAlsoIfItIsNotRemembered() throws SQLException {
		List<Integer> sizes = new ArrayList<>();
		this.hook.onAfter((context) -> {
			if (context.point().isStatement()) {
				sizes.add(context.batchSize());
			}
		});
		try (Connection connection = open();
				PreparedStatement statement = connection.prepareStatement("insert into item values (?, 'x')")) {
			for (int i = 0; i < 1030; i++) {
				statement.setInt(1, i);
				statement.addBatch();
			}
			statement.executeBatch();
			statement.setInt(1, -1);
			statement.addBatch();
			statement.executeBatch();
			statement.setInt(1, -2);
			statement.executeUpdate();
		}
		assertThat(sizes).containsExactly(1030, 1, 1);
	}

	@Test
	void batchOfTextsWhenExecutedIsHookedOnceWithItsRows() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			statement.addBatch("insert into item values (1, 'a'), (2, 'b')");
			statement.addBatch("delete from item where id = 1");
			statement.executeBatch();
			statement.addBatch("delete from item");
			statement.executeLargeBatch();
		}
		assertThat(this.hook.take()).filteredOn((call) -> call.toString().equals("after batch"))
			.extracting((call) -> call.sql() + ": " + call.rows())
			.containsExactly("insert into item values (1, 'a'), (2, 'b'): 3", "delete from item: 1");
	}

	@Test
	void parametersWhenAStreamIsAmongThemTellItIsNotKnown() throws SQLException {
		try (Connection connection = open();
				PreparedStatement statement = connection.prepareStatement("select ?::bytea, ?::int")) {
			statement.setBinaryStream(1, new ByteArrayInputStream(new byte[] { 1 }));
			statement.setInt(2, 5);
			statement.executeQuery().close();
		}
		RecordingHook.Call query = this.hook.take().get(2);
		assertThat(query.parameters().get(0)).extracting(HookParameter::known).containsExactly(false, true);
		assertThat(query.parameters().get(0).get(1).toString()).doesNotContain("5");
	}

	@Test
	void rowsWhenACursorIsUsedAreNotKnown() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(10);
				statement.executeQuery("select * from generate_series(1, 100)").close();
				statement.executeQuery("select * from generate_series(1, 5)").close();
			}
		}
		assertThat(this.hook.take()).filteredOn((call) -> call.toString().equals("after query"))
			.extracting(RecordingHook.Call::rows)
			.containsExactly(-1L, 5L);
	}

	@Test
	void executeWhenItReturnsRowsTellsThem() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			assertThat(statement.execute("values (1), (2)")).isTrue();
			assertThat(statement.execute("insert into item values (1, 'a') returning id")).isTrue();
			assertThat(statement.execute("delete from item")).isFalse();
			assertThat(statement.getUpdateCount()).isEqualTo(1);
		}
		assertThat(this.hook.take()).filteredOn((call) -> call.method().equals("after") && call.point().isStatement())
			.extracting((call) -> call.point().tag() + " " + call.rows())
			.containsExactly("query 2", "exec 1", "exec 1");
	}

	@Test
	void callWhenExecutedIsAnExec() throws SQLException {
		try (Connection connection = open();
				CallableStatement statement = connection.prepareCall("{? = call length(?)}")) {
			statement.registerOutParameter(1, java.sql.Types.INTEGER);
			statement.setString(2, "four");
			statement.execute();
			assertThat(statement.getInt(1)).isEqualTo(4);
		}
		assertThat(this.hook.takeNames()).containsExactlyElementsOf(around("acquire", "exec", "release"));
	}

	@Test
	void copyWhenUsedThroughTheDriverIsHookedOnce() throws SQLException, IOException {
		try (Connection connection = open()) {
			CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
			assertThat(copy.copyIn("copy item from stdin", new StringReader("1\ta\n2\tb\n"))).isEqualTo(2);
			StringWriter text = new StringWriter();
			copy.copyOut("copy item to stdout", text);
			assertThat(text.toString()).isEqualTo("1\ta\n2\tb\n");
			CopyIn cancelled = copy.copyIn("copy item from stdin");
			byte[] row = "3\tc\n".getBytes(StandardCharsets.UTF_8);
			cancelled.writeToCopy(row, 0, row.length);
			cancelled.cancelCopy();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> copy.copyIn("copy nowhere from stdin", new StringReader("")));
		}
		List<RecordingHook.Call> calls = this.hook.take();
		List<String> expected = new ArrayList<>(around("acquire", "copy", "copy", "copy"));
		expected.add("failed copy");
		expected.addAll(around("copy"));
		expected.add("failed copy");
		expected.addAll(around("release"));
		assertThat(calls).extracting(RecordingHook.Call::toString).containsExactlyElementsOf(expected);
		assertThat(calls.get(3).rows()).isEqualTo(2);
		assertThat(calls.get(5).rows()).isEqualTo(2);
	}

	@Test
	void copyWhenTheConnectionIsLentAgainIsHookedForItsHolderOnly() throws SQLException {
		CopyManager kept;
		try (Connection connection = open()) {
			kept = connection.unwrap(PGConnection.class).getCopyAPI();
		}
		registry.hook("recording").setEnabled(false);
		try (Connection connection = open()) {
			CopyManager own = connection.unwrap(PGConnection.class).getCopyAPI();
			assertThat(own).isNotSameAs(kept).isExactlyInstanceOf(CopyManager.class);
		}
	}

	@Test
	void statementWhenItFailsIsHookedOnceWithItsFailure() throws SQLException {
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.executeQuery("select * from nowhere"));
		}
		List<RecordingHook.Call> calls = this.hook.take();
		assertThat(calls).extracting(RecordingHook.Call::toString)
			.containsExactly("before acquire", "after acquire", "before query", "after query", "failed query",
					"before release", "after release");
		assertThat(calls.get(3).failure()).isInstanceOf(SQLException.class);
		assertThat(calls.get(4).failure()).isSameAs(calls.get(3).failure());
	}

	@Test
	void commitWhenItFailsIsHookedOnceWithItsFailure() throws SQLException {
		RoutingFixture.execute(postgres,
				"create table if not exists child (id int references item deferrable initially deferred)");
		this.hook.take();
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("insert into child values (77)");
			}
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
			connection.rollback();
		}
		finally {
			RoutingFixture.execute(postgres, "drop table child");
		}
		assertThat(this.hook.takeNames()).startsWith("before acquire", "after acquire", "before begin", "after begin",
				"before exec", "after exec", "before commit", "after commit", "failed commit", "before release",
				"after release");
	}

	@Test
	void hooksOfErrorsWhenTheyAreAllAreToldOfEveryFailure() throws SQLException {
		registry.hook("recording").setEnabled(false);
		RecordingHook errors = new RecordingHook(EnumSet.of(HookPoint.ERROR));
		add("errors", errors, 1);
		try (Connection connection = open(); Statement statement = connection.createStatement()) {
			statement.executeQuery("select 1").close();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.executeUpdate("insert nonsense"));
		}
		List<RecordingHook.Call> calls = errors.take();
		assertThat(calls).extracting(RecordingHook.Call::toString).containsExactly("failed exec");
		assertThat(calls.get(0).nanos()).isPositive();
		assertThat(calls.get(0).sql()).isEqualTo("insert nonsense");
	}

	@Test
	void physicalConnectionWhenOpenedAndClosedIsHookedOnce() {
		RecordingHook physical = new RecordingHook(EnumSet.of(HookPoint.CONNECTION_OPEN, HookPoint.CONNECTION_CLOSE));
		add("physical", physical, 1);
		postgres.pools().of("node-1").empty();
		List<String> calls = new ArrayList<>();
		Awaitility.await().untilAsserted(() -> {
			calls.addAll(physical.takeNames());
			assertThat(calls).contains("before connection-close", "after connection-close", "before connection-open",
					"after connection-open");
			assertThat(count(calls, "before connection-close")).isEqualTo(count(calls, "after connection-close"));
			assertThat(count(calls, "before connection-open")).isEqualTo(count(calls, "after connection-open"));
		});
		assertThat(count(calls, "before connection-close")).isLessThanOrEqualTo(3);
	}

	private static long count(List<String> calls, String call) {
		return calls.stream().filter(call::equals).count();
	}

	@Test
	void vetoWhenThrownBeforeAStatementReachesTheCallerAsDataAccessException() {
		this.hook.onBefore((context) -> {
			if (context.point() == HookPoint.EXEC) {
				throw new HookVetoException("not today");
			}
		});
		JdbcClient client = JdbcClient.create(postgres.dataSource());
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> client.sql("insert into item values (1, 'a')").update())
			.isInstanceOfSatisfying(HookVetoException.class, (veto) -> assertThat(veto.hook()).isEqualTo("recording"))
			.withMessage("Hook 'recording' refused exec on node-1: not today");
		this.hook.onBefore((context) -> {
		});
		assertThat(this.hook.takeNames()).containsExactly("before acquire", "after acquire", "before exec",
				"failed exec", "before release", "after release");
		assertThat(client.sql("select count(*) from item").query(Long.class).single()).isZero();
	}

	@Test
	void vetoWhenThrownByTheSecondHookEndsTheFirst() {
		RecordingHook second = new RecordingHook(EnumSet.of(HookPoint.QUERY));
		RecordingHook third = new RecordingHook(EnumSet.of(HookPoint.QUERY));
		add("third", third, 3);
		add("second", second, 2);
		second.onBefore((context) -> {
			throw new IllegalStateException("secret 4711");
		});
		JdbcClient client = JdbcClient.create(postgres.dataSource());
		assertThatExceptionOfType(HookVetoException.class)
			.isThrownBy(() -> client.sql("select 1").query(Integer.class).single())
			.withMessage("Hook 'second' refused query on node-1: it failed with java.lang.IllegalStateException");
		List<RecordingHook.Call> calls = this.hook.take();
		assertThat(calls).extracting(RecordingHook.Call::toString)
			.containsExactly("before acquire", "after acquire", "before query", "after query", "failed query",
					"before release", "after release");
		assertThat(calls.get(3).failure()).isInstanceOf(HookVetoException.class);
		assertThat(second.takeNames()).containsExactly("before query");
		assertThat(third.take()).isEmpty();
	}

	@Test
	void vetoWhenThrownBeforeCommitLeavesItToItsOwnerToRollBack() {
		this.hook.onBefore((context) -> {
			if (context.point() == HookPoint.COMMIT) {
				throw new HookVetoException("too late");
			}
		});
		JdbcClient client = JdbcClient.create(postgres.dataSource());
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(postgres.dataSource()));
		assertThatExceptionOfType(HookVetoException.class).isThrownBy(() -> transaction
			.executeWithoutResult((status) -> client.sql("insert into item values (1, 'a')").update()));
		assertThat(this.hook.takeNames()).containsExactly("before acquire", "after acquire", "before begin",
				"after begin", "before exec", "after exec", "before commit", "failed commit", "before rollback",
				"after rollback", "before release", "after release");
		assertThat(client.sql("select count(*) from item").query(Long.class).single()).isZero();
	}

	@Test
	void vetoWhenThrownBeforeABatchDoesNotLeaveItForTheNextOne() throws SQLException {
		this.hook.onBefore((context) -> {
			if (context.point() == HookPoint.BATCH) {
				throw new HookVetoException("no");
			}
		});
		try (Connection connection = open();
				PreparedStatement statement = connection.prepareStatement("insert into item values (?, 'a')")) {
			statement.setInt(1, 1);
			statement.addBatch();
			assertThatExceptionOfType(HookVetoException.class).isThrownBy(statement::executeBatch);
			this.hook.onBefore((context) -> {
			});
			statement.setInt(1, 2);
			statement.addBatch();
			assertThat(statement.executeBatch()).containsExactly(1);
		}
		assertThat(JdbcClient.create(postgres.dataSource()).sql("select id from item").query(Integer.class).list())
			.containsExactly(2);
	}

	@Test
	void vetoWhenThrownBeforeAcquireBorrowsNothing() {
		this.hook.onBefore((context) -> {
			if (context.point() == HookPoint.ACQUIRE) {
				throw new HookVetoException("closed");
			}
		});
		JdbcClient client = JdbcClient.create(postgres.dataSource());
		assertThatExceptionOfType(HookVetoException.class)
			.isThrownBy(() -> client.sql("select 1").query(Integer.class).single())
			.withMessage("Hook 'recording' refused acquire: closed");
		assertThat(this.hook.takeNames()).containsExactly("before acquire", "failed acquire");
	}

	@Test
	void exceptionWhenThrownWhereNothingCanBeRefusedIsIgnored() throws SQLException {
		this.hook.onBefore((context) -> {
			if (!context.point().isRefusable()) {
				throw new HookVetoException("no");
			}
		});
		this.hook.onAfter((context) -> {
			throw new IllegalStateException("after");
		});
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (ResultSet rows = connection.createStatement().executeQuery("select 1")) {
				assertThat(rows.next()).isTrue();
			}
			connection.rollback();
		}
		assertThat(this.hook.takeNames()).containsExactly("before acquire", "after acquire", "before begin",
				"after begin", "before query", "after query", "before rollback", "before release");
	}

	@Test
	void hookWhenItUsesTheDataSourceIsNotCalledForThat() {
		JdbcClient client = JdbcClient.create(postgres.dataSource());
		this.hook.onAfter((context) -> {
			if (context.point() == HookPoint.EXEC) {
				client.sql("insert into item values (2, 'by the hook')").update();
			}
		});
		client.sql("insert into item values (1, 'a')").update();
		assertThat(this.hook.takeNames()).containsExactlyElementsOf(around("acquire", "exec", "release"));
		assertThat(client.sql("select count(*) from item").query(Long.class).single()).isEqualTo(2);
	}

	@Test
	void connectionWhenUsedByAHookIsInTheSameTransaction() {
		this.hook.onAfter((context) -> {
			if (context.point() == HookPoint.EXEC) {
				insert(context, 2);
			}
		});
		JdbcClient client = JdbcClient.create(postgres.dataSource());
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(postgres.dataSource()));
		transaction.executeWithoutResult((status) -> {
			client.sql("insert into item values (1, 'a')").update();
			status.setRollbackOnly();
		});
		assertThat(client.sql("select count(*) from item").query(Long.class).single()).isZero();
	}

	private static void insert(HookContext context, int id) {
		try (PreparedStatement statement = context.connection().prepareStatement("insert into item values (?, 'h')")) {
			statement.setInt(1, id);
			statement.executeUpdate();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void statementWhenRepeatedOnAnotherConnectionIsHookedOnce() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeQuery("select 1").close();
				connection.commit();
			}
		}
		this.hook.take();
		try (Connection killer = cluster.primary().connect(); Statement statement = killer.createStatement()) {
			statement.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where pid <>"
					+ " pg_backend_pid() and backend_type = 'client backend' and application_name <> 'nexs-db-probe'");
		}
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeQuery("select 1").close();
			}
			connection.commit();
		}
		List<String> calls = this.hook.takeNames().stream().filter((call) -> !call.contains("connection-")).toList();
		assertThat(calls).filteredOn((call) -> call.endsWith(" query")).containsExactly("before query", "after query");
		assertThat(calls).filteredOn((call) -> call.endsWith(" begin")).containsExactly("before begin", "after begin");
		assertThat(calls).filteredOn((call) -> call.endsWith(" commit"))
			.containsExactly("before commit", "after commit");
		assertThat(calls.stream().filter("after acquire"::equals).count())
			.isEqualTo(calls.stream().filter("after release"::equals).count());
	}

	@Test
	void acquireWhenThereIsNoConnectionIsHookedOnceWithItsFailure() throws SQLException {
		HookRegistry own = new HookRegistry(HookSettings.defaults(), () -> HookCaller.NONE);
		RecordingHook recording = new RecordingHook();
		own.add("recording", recording, 0);
		try (NexsPostgres narrow = RoutingFixture.start(cluster,
				(builder) -> builder.hooks(own.dispatcher())
					.pool(PoolSettings.defaults().withMaxConns(1))
					.routing(RoutingSettings.defaults().withAcquireTimeout(Duration.ofMillis(300))));
				Connection holder = narrow.dataSource().getConnection();
				Statement held = holder.createStatement()) {
			held.execute("select 1");
			recording.take();
			try (Connection connection = narrow.dataSource().getConnection()) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement);
			}
			List<RecordingHook.Call> calls = recording.take()
				.stream()
				.filter((call) -> call.point() == HookPoint.ACQUIRE)
				.toList();
			assertThat(calls).extracting(RecordingHook.Call::toString)
				.containsExactly("before acquire", "after acquire", "failed acquire");
			assertThat(calls.get(1).nanos()).isGreaterThan(Duration.ofMillis(250).toNanos());
		}
	}

}
