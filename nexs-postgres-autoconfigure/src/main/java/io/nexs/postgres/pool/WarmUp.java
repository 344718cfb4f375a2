package io.nexs.postgres.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections before the first request needs them: on every node at the same time,
 * the wanted number at once, and runs the given queries on each.
 *
 * @param connections connections per node
 * @param queries statements run on every connection, in autocommit mode
 * @param timeout longest time for all nodes together
 */
public record WarmUp(int connections, List<String> queries, Duration timeout) {

	private static final Logger logger = LoggerFactory.getLogger(WarmUp.class);

	public WarmUp {
		queries = List.copyOf(queries);
	}

	/**
	 * Warms the pools. A node that is down is left out after its share of the time.
	 * @param pools the pools
	 * @return what was opened, and what went wrong
	 * @throws InterruptedException if the caller was interrupted
	 */
	public Result run(List<NodePool> pools) throws InterruptedException {
		long start = System.nanoTime();
		AtomicInteger opened = new AtomicInteger();
		List<String> failures = Collections.synchronizedList(new ArrayList<>());
		List<Thread> threads = new ArrayList<>();
		for (NodePool pool : pools) {
			Thread thread = new Thread(() -> warm(pool, start, opened, failures),
					"nexs-db-warm-up-" + pool.node().id());
			thread.setDaemon(true);
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join();
		}
		Result result = new Result(opened.get(), Duration.ofNanos(System.nanoTime() - start), List.copyOf(failures));
		logger.info("Warm-up opened {} connections in {} ms", result.opened(), result.time().toMillis());
		return result;
	}

	private void warm(NodePool pool, long start, AtomicInteger opened, List<String> failures) {
		List<Connection> held = new ArrayList<>();
		try {
			int wanted = Math.min(this.connections, pool.snapshot().max());
			while (held.size() < wanted) {
				long remaining = this.timeout.toMillis() - (System.nanoTime() - start) / 1_000_000;
				Connection connection = pool.borrow(Math.max(1, remaining));
				held.add(connection);
				opened.incrementAndGet();
				query(connection);
			}
		}
		catch (SQLException ex) {
			failures.add(pool.node().id() + ": " + ex.getMessage());
			logger.warn("Warm-up of {} ended after {} connections: {}", pool.node().id(), held.size(), ex.getMessage());
		}
		finally {
			held.forEach((connection) -> giveBack(pool, connection));
		}
	}

	private void query(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String query : this.queries) {
				statement.execute(query);
			}
		}
	}

	private static void giveBack(NodePool pool, Connection connection) {
		try {
			pool.giveBack(connection);
		}
		catch (SQLException ex) {
			logger.debug("Could not give a connection of {} back: {}", pool.node().id(), ex.getMessage());
		}
	}

	/**
	 * What a warm-up did.
	 *
	 * @param opened connections opened
	 * @param time time it took
	 * @param failures a line per node that could not be warmed
	 */
	public record Result(int opened, Duration time, List<String> failures) {
	}

}
