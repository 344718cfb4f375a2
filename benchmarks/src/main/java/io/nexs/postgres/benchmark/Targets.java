package io.nexs.postgres.benchmark;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.OperatingSystemMXBean;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.PoolSnapshot;
import io.nexs.postgres.routing.NexsPostgres;

/**
 * Measures what has a target of its own: throughput and latency of many threads, the heap
 * of a pool, processor time over the driver, and how often a connection is used again.
 */
final class Targets {

	private static final int THREADS = 8;

	private static final int CONNECTIONS = 50;

	private static final int COLLECTIONS = 10;

	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private static final double MEGABYTE = 1024 * 1024;

	private final Servers servers;

	private final long millis;

	private final int turns;

	private final List<Target> targets = new ArrayList<>();

	private Targets(Servers servers, boolean quick) {
		this.servers = servers;
		this.millis = quick ? 1000 : 5000;
		this.turns = quick ? 3 : 15;
	}

	/**
	 * Measures all.
	 */
	static List<Target> measure(Servers servers, boolean quick) throws Exception {
		Targets targets = new Targets(servers, quick);
		targets.throughput();
		targets.processor();
		targets.memory();
		return targets.targets;
	}

	private void throughput() throws Exception {
		ClosedLoop raw = closedLoop(Subjects.RAW);
		ClosedLoop routed = closedLoop(Subjects.NEXS);
		add("Point read, " + THREADS + " threads, pool of 10, P95", "under 10 ms",
				Numbers.ratio(routed.p95() / 1e3) + " ms (p50 " + Numbers.ratio(routed.p50() / 1e3) + ", p99 "
						+ Numbers.ratio(routed.p99() / 1e3) + "; raw: P95 " + Numbers.ratio(raw.p95() / 1e3) + ")",
				routed.p95() / 1e3, routed.p95() < 10_000);
		add("Point reads in a second, the same threads", "over 10,000",
				Numbers.whole(routed.perSecond()) + " (raw: " + Numbers.whole(raw.perSecond()) + ")",
				routed.perSecond(), routed.perSecond() > 10_000);
	}

	private ClosedLoop closedLoop(String name) throws SQLException, InterruptedException, ExecutionException {
		try (Subject subject = Subjects.of(name, this.servers, Map.of())) {
			Operations operations = new Operations(subject);
			ClosedLoop.run(THREADS, this.millis / 2, operations::query);
			return ClosedLoop.run(THREADS, this.millis, operations::query);
		}
	}

	/**
	 * Both take turns, so that what else runs on the machine meets both.
	 */
	private void processor() throws Exception {
		try (Subject raw = Subjects.of(Subjects.RAW, this.servers, Map.of());
				Subject again = Subjects.of(Subjects.RAW_AGAIN, this.servers, Map.of());
				Subject routed = Subjects.of(Subjects.NEXS, this.servers, Map.of())) {
			List<Operations> all = List.of(new Operations(raw), new Operations(again), new Operations(routed));
			for (Operations each : all) {
				ClosedLoop.run(1, this.millis / 2, each::query);
			}
			long[] nanos = new long[all.size()];
			long[] counts = new long[all.size()];
			for (int turn = 0; turn < this.turns; turn++) {
				for (int i = 0; i < all.size(); i++) {
					int next = (i + turn) % all.size();
					long before = system().getProcessCpuTime();
					counts[next] += turn(all.get(next));
					nanos[next] += system().getProcessCpuTime() - before;
				}
			}
			double limit = (double) nanos[0] / counts[0];
			double noise = ((double) nanos[1] / counts[1] / limit - 1) * 100;
			double over = ((double) nanos[2] / counts[2] / limit - 1) * 100;
			add("Processor time of the process for a point read, over the driver under HikariCP", "under 5 %",
					Numbers.tenths(over) + " % (raw once more: " + Numbers.tenths(noise) + " %; raw: "
							+ Numbers.tenths(limit / 1e3) + " us)",
					over, over < 5);
		}
	}

	private static OperatingSystemMXBean system() {
		return (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
	}

	/**
	 * The clock of the process has steps of 10 ms.
	 * @return operations done
	 */
	private long turn(Operations operations) throws SQLException {
		long count = 0;
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(this.millis / 10);
		while (System.nanoTime() - end < 0) {
			operations.query();
			count++;
		}
		return count;
	}

	/**
	 * Loads the classes.
	 */
	private void openOnce() throws SQLException {
		try (NexsPostgres first = open()) {
			useAll(first);
		}
	}

	private void memory() throws Exception {
		openOnce();
		double before = usedHeap();
		try (NexsPostgres postgres = open()) {
			useAll(postgres);
			double used = (usedHeap() - before) / MEGABYTE;
			add("Heap of a routed data source with " + CONNECTIONS + " open connections, after collection",
					"under 50 MB", Numbers.tenths(used) + " MB", used, used < 50);
			ClosedLoop.run(THREADS, this.millis / 2, () -> {
				select(postgres);
				return null;
			});
			PoolSnapshot pool = postgres.pools().all().get(0).snapshot();
			double reuse = 100 * (1 - (double) pool.created() / pool.acquired());
			add("Loans served by a connection that was there before", "over 99 %",
					String.format(Locale.ROOT, "%.3f %% of %,d", reuse, pool.acquired()), reuse, reuse > 99);
		}
	}

	private NexsPostgres open() {
		return NexsPostgres.of("postgres://postgres@127.0.0.1:" + this.servers.primary() + "/postgres")
			.pool(PoolSettings.defaults().withMaxConns(CONNECTIONS))
			.start();
	}

	private static void useAll(NexsPostgres postgres) throws SQLException {
		List<Connection> held = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				Connection connection = postgres.dataSource().getConnection();
				held.add(connection);
				for (int j = 0; j < 10; j++) {
					select(connection);
				}
			}
		}
		finally {
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

	private static void select(NexsPostgres postgres) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			select(connection);
		}
	}

	private static void select(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select id, name from item limit 10")) {
			while (rows.next()) {
				rows.getString(2);
			}
		}
	}

	/**
	 * What threads that are about to end still hold is free a moment later.
	 */
	private static double usedHeap() {
		Runtime runtime = Runtime.getRuntime();
		double least = Double.MAX_VALUE;
		for (int i = 0; i < COLLECTIONS; i++) {
			LockSupport.parkNanos(PAUSE_NANOS);
			System.gc();
			least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
		}
		return least;
	}

	private void add(String name, String target, String measured, double value, boolean met) {
		this.targets.add(new Target(name, target, measured, value, met));
	}

}
