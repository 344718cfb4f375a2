package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

/**
 * Threads that do all kinds of work without a pause: reads with and without a
 * transaction, writes that commit, roll back or violate a constraint. What was not
 * provoked counts as a failure and ends the run.
 */
final class SoakLoad {

	static final int ROWS = 1000;

	private static final String DUPLICATE = "23505";

	private final DataSource dataSource;

	private final List<Thread> threads = new ArrayList<>();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private final CountDownLatch failed = new CountDownLatch(1);

	private final LongAdder operations = new LongAdder();

	private final LongAdder violations = new LongAdder();

	private final AtomicLong commits = new AtomicLong();

	private final SoakTimes times = new SoakTimes();

	private volatile boolean stopped;

	SoakLoad(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	static void createTable(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("create table soak (id int primary key, hits bigint not null) with (fillfactor = 20)");
			statement.execute("insert into soak select i, 0 from generate_series(0, " + (ROWS - 1) + ") i");
		}
	}

	void start(int count, ThreadFactory factory) {
		for (int i = 0; i < count; i++) {
			int row = i % ROWS;
			this.threads.add(factory.newThread(() -> work(row)));
		}
		this.threads.forEach(Thread::start);
	}

	/**
	 * Goes on for some time, or until the first failure.
	 */
	void goOn(long millis) throws InterruptedException {
		this.failed.await(millis, TimeUnit.MILLISECONDS);
	}

	void stop() throws InterruptedException {
		this.stopped = true;
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

	private void work(int row) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		while (!this.stopped) {
			long start = System.nanoTime();
			try {
				operate(random.nextInt(8), row);
				this.operations.increment();
			}
			catch (SQLException | RuntimeException | Error ex) {
				this.failures.add(Thread.currentThread().getName() + ": " + ex);
				this.failed.countDown();
				return;
			}
			this.times.record(System.nanoTime() - start);
		}
	}

	private void operate(int kind, int row) throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			switch (kind) {
				case 0 -> read(connection, row);
				case 1, 2 -> readInTransaction(connection, row);
				case 3 -> readOnReplicaWithoutTransaction(connection, row);
				case 4 -> write(connection, row, true);
				case 5 -> write(connection, row, false);
				case 6 -> violate(connection, row);
				default -> violateInTransaction(connection, row);
			}
		}
	}

	private void readInTransaction(Connection connection, int row) throws SQLException {
		connection.setReadOnly(true);
		connection.setAutoCommit(false);
		read(connection, row);
		connection.commit();
	}

	private void readOnReplicaWithoutTransaction(Connection connection, int row) throws SQLException {
		connection.setReadOnly(true);
		read(connection, row);
	}

	private static void read(Connection connection, int row) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select id, hits from soak where id = ?")) {
			statement.setInt(1, row);
			try (ResultSet rows = statement.executeQuery()) {
				if (!rows.next() || rows.getInt(1) != row) {
					throw new IllegalStateException("Row " + row + " was not read");
				}
			}
		}
	}

	private void write(Connection connection, int row, boolean commit) throws SQLException {
		connection.setAutoCommit(false);
		try (PreparedStatement statement = connection
			.prepareStatement("update soak set hits = hits + 1 where id = ?")) {
			statement.setInt(1, row);
			statement.executeUpdate();
		}
		if (commit) {
			connection.commit();
			this.commits.incrementAndGet();
		}
		else {
			connection.rollback();
		}
	}

	private void violate(Connection connection, int row) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("insert into soak values (?, 0)")) {
			statement.setInt(1, row);
			statement.executeUpdate();
			throw new IllegalStateException("Row " + row + " was inserted twice");
		}
		catch (SQLException ex) {
			if (!DUPLICATE.equals(ex.getSQLState())) {
				throw ex;
			}
			this.violations.increment();
		}
	}

	/**
	 * Leaves the failed transaction to {@code close()}.
	 */
	private void violateInTransaction(Connection connection, int row) throws SQLException {
		connection.setAutoCommit(false);
		violate(connection, row);
	}

	List<String> failures() {
		return List.copyOf(this.failures);
	}

	long operations() {
		return this.operations.sum();
	}

	long violations() {
		return this.violations.sum();
	}

	/**
	 * Updates that were committed.
	 */
	long commits() {
		return this.commits.get();
	}

	SoakTimes times() {
		return this.times;
	}

}
