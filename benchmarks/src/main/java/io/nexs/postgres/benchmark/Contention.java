package io.nexs.postgres.benchmark;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many more threads than connections, on a pool of ten on the primary: HikariCP alone and
 * routed, in turn. The argument: seconds of each turn, number of threads, and
 * {@code virtual} for virtual threads, with commas in between.
 */
public final class Contention {

	private static final Logger logger = LoggerFactory.getLogger(Contention.class);

	private static final int TURNS = 3;

	private static final long STACK_BYTES = 256 * 1024;

	private final DataSource dataSource;

	private final boolean transaction;

	private final ConcurrentLinkedQueue<long[]> times = new ConcurrentLinkedQueue<>();

	private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

	private volatile boolean stopped;

	private Contention(DataSource dataSource, boolean transaction) {
		this.dataSource = dataSource;
		this.transaction = transaction;
	}

	public static void main(String[] args) throws Exception {
		List<String> words = List.of(args[0].split(","));
		int seconds = Integer.parseInt(words.get(0));
		int threads = Integer.parseInt(words.get(1));
		ThreadFactory factory = words.contains("virtual") ? virtual()
				: (task) -> new Thread(null, task, "contender", STACK_BYTES);
		try (Servers servers = Servers.start()) {
			for (int turn = 0; turn < TURNS; turn++) {
				for (String subject : List.of(Subjects.RAW, Subjects.NEXS)) {
					for (boolean transaction : new boolean[] { false, true }) {
						try (Subject on = Subjects.of(subject, servers, Map.of())) {
							new Contention(on.writes(), transaction).run(1, threads, factory);
							String result = new Contention(on.writes(), transaction).run(seconds, threads, factory);
							logger.info("{} {}: {}", subject, transaction ? "transaction" : "autocommit", result);
						}
					}
				}
			}
		}
	}

	private static ThreadFactory virtual() throws ReflectiveOperationException {
		Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
		return (ThreadFactory) Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
	}

	private String run(int seconds, int count, ThreadFactory factory) throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			threads.add(factory.newThread(this::work));
		}
		threads.forEach(Thread::start);
		new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
		this.stopped = true;
		for (Thread thread : threads) {
			thread.join();
		}
		long[] all = this.times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
		return String.format("%d operations/s, p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, longest %.1f ms, failed %d",
				all.length / seconds, millis(all, 0.5), millis(all, 0.99), millis(all, 0.999), millis(all, 1),
				this.failures.size());
	}

	private void work() {
		long[] mine = new long[64];
		int count = 0;
		while (!this.stopped) {
			long start = System.nanoTime();
			try {
				operate();
			}
			catch (SQLException ex) {
				this.failures.add(String.valueOf(ex.getMessage()));
			}
			if (count == mine.length) {
				mine = Arrays.copyOf(mine, count * 2);
			}
			mine[count++] = System.nanoTime() - start;
		}
		this.times.add(Arrays.copyOf(mine, count));
	}

	private void operate() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(!this.transaction);
			try (ResultSet row = statement.executeQuery("select 1")) {
				row.next();
			}
			if (this.transaction) {
				connection.commit();
			}
		}
	}

	private static double millis(long[] sorted, double share) {
		return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
	}

}
