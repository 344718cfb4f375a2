package io.nexs.postgres.benchmark.gap;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.transaction.MarkerTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One failover of a cluster of its own under eight writers.
 */
final class GapRun {

	private static final Logger logger = LoggerFactory.getLogger(GapRun.class);

	private static final int WRITERS = 8;

	private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(2);

	private static final long AFTER_NANOS = TimeUnit.SECONDS.toNanos(2);

	/** After this a writer that has not written again counts as out for good. */
	private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

	private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private final Scenario scenario;

	private final String client;

	private final boolean synchronous;

	private final Map<String, Object> properties;

	GapRun(Scenario scenario, String client, boolean synchronous, Map<String, Object> properties) {
		this.scenario = scenario;
		this.client = client;
		this.synchronous = synchronous;
		this.properties = properties;
	}

	GapResult run() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).start()) {
			execute(cluster, "create table item (id bigint not null, port int not null default inet_server_port())");
			execute(cluster, "create table observed (at timestamptz default now())");
			execute(cluster, new MarkerTable(MarkerTable.DEFAULT_NAME).ddl());
			cluster.synchronousReplication(this.synchronous);
			try (Endpoint endpoint = new Endpoint(cluster.primary().directPort());
					Client target = Client.of(this.client, hosts(cluster, endpoint), this.properties);
					Observer observer = new Observer(cluster)) {
				return change(cluster, target, observer, endpoint);
			}
		}
	}

	private List<String> hosts(EmbeddedCluster cluster, Endpoint endpoint) {
		if (this.scenario == Scenario.ENDPOINT) {
			return List.of("127.0.0.1:" + endpoint.port());
		}
		return cluster.nodes().stream().map((node) -> node.host() + ":" + node.port()).toList();
	}

	private GapResult change(EmbeddedCluster cluster, Client target, Observer observer, Endpoint endpoint)
			throws Exception {
		List<Writer> writers = IntStream.rangeClosed(1, WRITERS)
			.mapToObj((i) -> new Writer(i, target.items()))
			.toList();
		writers.forEach(Thread::start);
		pause(BEFORE_NANOS);
		EmbeddedNode old = cluster.primary();
		awaitAllWriting(writers);
		long begun = System.nanoTime();
		this.scenario.begin(old);
		pause(begun + this.scenario.patience().toNanos() - System.nanoTime());
		Observer.Moments moments = observer.promote(this.scenario == Scenario.SPLIT, endpoint).get(1, TimeUnit.MINUTES);
		explainLate(writers, moments);
		this.scenario.end(cluster, old);
		awaitAll(writers, moments.committed() + LIMIT_NANOS, moments.writable());
		pause(AFTER_NANOS);
		writers.forEach(Writer::end);
		if (old.isFrozen()) {
			old.kill();
		}
		join(writers);
		return GapResult.of(this.scenario, this.client, begun, moments, writers, rows(cluster),
				target.seen().getNow(null));
	}

	/**
	 * Says where the writers are that have not written again a while after others could.
	 */
	private static void explainLate(List<Writer> writers, Observer.Moments moments) {
		pause(moments.committed() + LATE_NANOS - System.nanoTime());
		for (Writer writer : writers) {
			StackTraceElement[] stack = writer.getStackTrace();
			if (writer.acknowledgedAt() - moments.writable() <= 0 && logger.isDebugEnabled()) {
				logger.debug("{} is late:{}", writer.getName(),
						Arrays.stream(stack).map((element) -> "\n\tat " + element).collect(Collectors.joining()));
			}
		}
	}

	/**
	 * A machine that does other work may keep a writer waiting when it begins, which is
	 * no part of the gap.
	 */
	private static void awaitAllWriting(List<Writer> writers) {
		while (!writers.stream().allMatch((writer) -> System.nanoTime() - writer.acknowledgedAt() < RECENT_NANOS)) {
			LockSupport.parkNanos(RECENT_NANOS / 10);
		}
	}

	private static void awaitAll(List<Writer> writers, long limit, long since) {
		BooleanSupplier all = () -> writers.stream().allMatch((writer) -> writer.acknowledgedAt() - since > 0);
		while (!all.getAsBoolean() && limit - System.nanoTime() > 0) {
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	private static void join(List<Writer> writers) throws InterruptedException {
		long end = System.nanoTime() + LIMIT_NANOS;
		for (Writer writer : writers) {
			writer.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
			if (writer.isAlive()) {
				logger.warn("{} is still inside a call", writer.getName());
			}
		}
	}

	private static void pause(long nanos) {
		long end = System.nanoTime() + nanos;
		for (long left = nanos; left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	/**
	 * What the new primary has: for each row the servers that wrote it.
	 */
	private static Map<Long, List<Integer>> rows(EmbeddedCluster cluster) throws SQLException {
		Map<Long, List<Integer>> rows = new HashMap<>();
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select id, port from item")) {
			while (result.next()) {
				rows.computeIfAbsent(result.getLong(1), (id) -> new ArrayList<>()).add(result.getInt(2));
			}
		}
		return rows;
	}

	private static void execute(EmbeddedCluster cluster, String sql) throws SQLException {
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
