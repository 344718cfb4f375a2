package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodePool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many more threads than connections. Each run takes as many seconds as the system
 * property {@code soak.seconds} says.
 */
@Timeout(600)
class SoakTests {

	private static final Logger logger = LoggerFactory.getLogger(SoakTests.class);

	private static final int SECONDS = Integer.getInteger("soak.seconds", 3);

	/**
	 * The last of the waiting threads has its turn after seconds.
	 */
	private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(60);

	private static final long STACK_BYTES = 256 * 1024;

	/**
	 * What may be left over from compiling, from metrics and from the driver's caches,
	 * which hold up to 5 MiB of statements for each of the connections.
	 */
	private static final long GROWTH_BYTES = 16L * 1024 * 1024;

	/**
	 * The stack of a virtual thread that waits is on the heap, once it has had its turn.
	 */
	private static final long PARKED_BYTES = 2048;

	private static final List<Class<?>> HANDLES = List.of(RoutedConnection.class, Lease.class, RoutedStatement.class,
			RoutedPreparedStatement.class, RoutedCallableStatement.class);

	private EmbeddedCluster cluster;

	private NexsPostgres postgres;

	@BeforeEach
	void start() throws SQLException {
		this.cluster = EmbeddedCluster.builder().replicas(1).start();
		this.postgres = RoutingFixture.start(this.cluster,
				(builder) -> builder.routing(RoutingSettings.defaults().withAcquireTimeout(ACQUIRE_TIMEOUT)));
		SoakLoad.createTable(this.postgres.dataSource());
		awaitReplay();
	}

	@AfterEach
	void stop() {
		this.postgres.close();
		this.cluster.close();
	}

	@Test
	void platformThreadsWhenHundredTimesTheConnectionsAllGetTheirTurn() throws Exception {
		soak(1000, (task) -> new Thread(null, task, "soak", STACK_BYTES));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsWhenThousandTimesTheConnectionsAllGetTheirTurn() throws Exception {
		Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
		ThreadFactory factory = (ThreadFactory) Class.forName("java.lang.Thread$Builder")
			.getMethod("factory")
			.invoke(builder);
		soak(10_000, factory);
	}

	private void soak(int threads, ThreadFactory factory) throws Exception {
		SoakLoad load = new SoakLoad(this.postgres.dataSource());
		load.start(threads, factory);
		load.goOn(SECONDS * 1000L / 3);
		LiveObjects before = LiveObjects.now();
		load.goOn(SECONDS * 2000L / 3);
		LiveObjects after = LiveObjects.now();
		load.stop();
		logger.info(
				"{} threads, {} s: {} operations, {} provoked violations, {}, heap {} kB after a third, {} kB at the end",
				threads, SECONDS, load.operations(), load.violations(), load.times(), before.bytes() / 1024,
				after.bytes() / 1024);
		assertThat(load.failures()).isEmpty();
		assertThat(load.violations()).isPositive();
		assertThat(load.operations()).isGreaterThan(threads);
		assertThat(this.postgres.pools().all()).as("share of connections that were not opened anew")
			.allSatisfy((pool) -> assertThat(pool.snapshot().reuse()).isGreaterThan(0.99));
		assertThat(after.bytes() - before.bytes()).as("growth of the heap")
			.isLessThan(GROWTH_BYTES + threads * PARKED_BYTES);
		assertThat(after.count(HANDLES)).isLessThanOrEqualTo(threads * (long) HANDLES.size());
		assertNothingIsLeft(load);
	}

	private void assertNothingIsLeft(SoakLoad load) throws SQLException {
		assertThat(this.postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
		assertThat(LiveObjects.now().count(HANDLES)).as("handles that were not collected").isZero();
		assertThat(ask(this.cluster.primary(), "select sum(hits) from soak")).isEqualTo(load.commits());
		for (EmbeddedNode node : this.cluster.nodes()) {
			assertThat(ask(node, "select count(*) from pg_stat_activity where state like 'idle in transaction%'"))
				.isZero();
		}
		this.postgres.close();
		Awaitility.await()
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((name) -> name.startsWith("nexs-db")));
	}

	private void awaitReplay() throws SQLException {
		for (EmbeddedNode replica : this.cluster.replicas()) {
			Awaitility.await()
				.until(() -> ask(replica, "select count(*) from pg_class where relname = 'soak'") == 1
						&& ask(replica, "select count(*) from soak") == SoakLoad.ROWS);
		}
	}

	private static long ask(EmbeddedNode node, String sql) throws SQLException {
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getLong(1);
		}
	}

}
