package io.nexs.postgres.routing;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookCallerSource;
import io.nexs.postgres.hook.HookContext;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What hooks do at the worst moment loses no connection, and does no work that was
 * refused.
 */
class HookFaultTests {

	private static EmbeddedCluster cluster;

	private static HookRegistry registry;

	private static NexsPostgres postgres;

	private final List<HookRegistration> added = new ArrayList<>();

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(2).start();
		registry = new HookRegistry(HookSettings.defaults(), HookCallerSource.NONE);
		postgres = RoutingFixture.start(cluster,
				(builder) -> builder.hooks(registry.dispatcher())
					.monitor(RoutingFixture.quick())
					.pool(PoolSettings.defaults().withMaxConns(3))
					.routing(RoutingSettings.defaults().withAcquireTimeout(Duration.ofSeconds(2))));
		RoutingFixture.execute(postgres, "create table item (id int primary key, name text)");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		registry.close();
		cluster.close();
	}

	@BeforeEach
	void clean() throws SQLException {
		RoutingFixture.execute(postgres, "truncate item");
	}

	@AfterEach
	void nothingIsLeft() {
		this.added.forEach(HookRegistration::remove);
		assertThat(postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
	}

	private RecordingHook add(Set<HookPoint> points) {
		RecordingHook hook = new RecordingHook(points);
		this.added.add(registry.add("hook-" + this.added.size(), hook, this.added.size()));
		return hook;
	}

	private static long rows() {
		return JdbcClient.create(postgres.dataSource()).sql("select count(*) from item").query(Long.class).single();
	}

	@ParameterizedTest
	@EnumSource(value = HookPoint.class, names = { "ERROR", "CUSTOM" }, mode = EnumSource.Mode.EXCLUDE)
	void errorOfTheVirtualMachineWhenThrownAfterAnOperationLeavesNothingBehind(HookPoint point) {
		RecordingHook hook = add(EnumSet.of(point));
		hook.onAfter((context) -> {
			throw new StackOverflowError("on purpose");
		});
		work();
	}

	@ParameterizedTest
	@EnumSource(value = HookPoint.class, names = { "ERROR", "CUSTOM" }, mode = EnumSource.Mode.EXCLUDE)
	void errorOfTheVirtualMachineWhenThrownBeforeAnOperationLeavesNothingBehind(HookPoint point) {
		RecordingHook hook = add(EnumSet.of(point));
		hook.onBefore((context) -> {
			throw new StackOverflowError("on purpose");
		});
		work();
	}

	/**
	 * Whatever comes of it; what counts is that no connection stays lent.
	 */
	private static void work() {
		catchThrowable(() -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setAutoCommit(false);
				try (Statement statement = connection.createStatement()) {
					statement.executeQuery("select 1").close();
					connection.rollback();
					statement.executeUpdate("insert into item values (1, 'a')");
				}
				connection.commit();
			}
		});
		catchThrowable(() -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.setAutoCommit(false);
				try (Statement statement = connection.createStatement()) {
					statement.executeUpdate("insert into item values (3, 'a')");
				}
			}
		});
		catchThrowable(() -> {
			try (Connection connection = postgres.dataSource().getConnection();
					PreparedStatement statement = connection.prepareStatement("insert into item values (?, 'b')")) {
				statement.setInt(1, 2);
				statement.addBatch();
				statement.executeBatch();
			}
		});
		catchThrowable(() -> {
			try (Connection connection = postgres.dataSource().getConnection()) {
				connection.unwrap(PGConnection.class)
					.getCopyAPI()
					.copyIn("copy item from stdin", new StringReader("7\tx\n"));
			}
		});
	}

	@Test
	void vetoWhenThrownBeforeBeginOfABatchDoesNotLeaveItForTheNextOne() throws SQLException {
		RecordingHook hook = add(EnumSet.of(HookPoint.BEGIN));
		try (Connection connection = postgres.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement("insert into item values (?, 'b')")) {
			connection.setAutoCommit(false);
			hook.onBefore((context) -> {
				throw new HookVetoException("no");
			});
			statement.setInt(1, 1);
			statement.addBatch();
			assertThatExceptionOfType(HookVetoException.class).isThrownBy(statement::executeBatch);
			hook.onBefore((context) -> {
			});
			statement.setInt(1, 2);
			statement.addBatch();
			assertThat(statement.executeBatch()).hasSize(1);
			connection.commit();
		}
		assertThat(rows()).isEqualTo(1);
	}

	private static void terminateBackends() throws SQLException {
		RoutingFixture.executeOn(cluster.primary(),
				"select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and"
						+ " application_name not like 'nexs-db%' and backend_type = 'client backend'");
	}

	@Test
	void vetoWhenThrownBeforeAcquireOfARepeatKeepsTheFailureAndEndsTheTransaction() throws SQLException {
		RecordingHook hook = add(EnumSet.allOf(HookPoint.class));
		AtomicInteger acquired = new AtomicInteger();
		hook.onBefore((context) -> {
			if (context.point() == HookPoint.ACQUIRE && acquired.incrementAndGet() > 1) {
				throw new HookVetoException("no");
			}
		});
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				terminateBackends();
				assertThatExceptionOfType(HookVetoException.class)
					.isThrownBy(() -> statement.executeUpdate("insert into item values (1, 'a')"))
					.satisfies((veto) -> assertThat(veto.getSuppressed()).hasOnlyElementsOfType(SQLException.class)
						.hasSize(1));
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> statement.executeUpdate("insert into item values (2, 'a')"))
					.withMessageContaining("lost within this transaction");
			}
			connection.rollback();
		}
		List<String> calls = hook.takeNames();
		assertThat(calls).containsSubsequence("before exec", "before release", "after release", "failed acquire",
				"after exec", "failed exec", "before rollback", "after rollback");
		this.added.get(0).setEnabled(false);
		assertThat(rows()).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void copyWhenAbandonedIsEndedAndLeavesNothingOnTheConnection(boolean autoCommit) throws SQLException {
		RecordingHook hook = add(EnumSet.of(HookPoint.COPY));
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(autoCommit);
			CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
			byte[] row = "3\tc\n".getBytes(StandardCharsets.UTF_8);
			copy.writeToCopy(row, 0, row.length);
		}
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(autoCommit);
			CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
			copies.copyOut("copy (select generate_series(1, 100000)) to stdout").readFromCopy();
		}
		assertThat(rows()).isZero();
		assertThat(hook.takeNames()).containsExactly("before copy", "after copy", "before copy", "after copy");
	}

	@Test
	void copyWhenItsHookIsRemovedMeanwhileIsEnded() throws SQLException {
		RecordingHook hook = add(EnumSet.of(HookPoint.COPY));
		try (Connection connection = postgres.dataSource().getConnection()) {
			CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
			registry.hook("hook-0").setEnabled(false);
			byte[] row = "3\tc\n".getBytes(StandardCharsets.UTF_8);
			copy.writeToCopy(row, 0, row.length);
			copy.endCopy();
		}
		assertThat(hook.takeNames()).containsExactly("before copy", "after copy");
	}

	@Test
	void asynchronousHookWhenItUsesTheDataSourceIsNotCalledForThat() {
		AtomicInteger calls = new AtomicInteger();
		JdbcClient client = JdbcClient.create(postgres.dataSource());
		this.added.add(registry.add("journal", new DatabaseHook() {

			@Override
			public Set<HookPoint> points() {
				return EnumSet.of(HookPoint.EXEC);
			}

			@Override
			public boolean isAsync() {
				return true;
			}

			@Override
			public void after(HookContext context) {
				client.sql("insert into item values (:id, 'journal')")
					.param("id", 100 + calls.incrementAndGet())
					.update();
			}

		}, 0));
		client.sql("insert into item values (1, 'a')").update();
		Awaitility.await().until(() -> calls.get() >= 1);
		Awaitility.await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(2)).until(() -> calls.get() == 1);
	}

	@Test
	void conditionWhenItThrowsAnErrorForAFailureKeepsTheFailure() throws SQLException {
		this.added.add(registry.add("errors", new DatabaseHook() {

			@Override
			public Set<HookPoint> points() {
				return EnumSet.of(HookPoint.ERROR);
			}

			@Override
			public boolean supports(HookContext context) {
				throw new AssertionError("on purpose");
			}

		}, 0));
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("select * from nowhere"));
		}
	}

}
