package io.nexs.postgres.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two sessions that lock each other out.
 */
public final class Deadlock {

	/**
	 * A thread for each task: the common pool of the JVM may have one for all.
	 */
	public static final Executor THREADS = (task) -> {
		Thread thread = new Thread(task, "staged");
		thread.setDaemon(true);
		thread.start();
	};

	private Deadlock() {
	}

	/**
	 * Lets two sessions update rows 1 and 2 in opposite order, each in a transaction.
	 * @param update statement that ends where the number of the row comes
	 * @return what the one got that the server chose
	 */
	public static SQLException stage(Connection first, Connection second, String update) throws SQLException {
		first.setAutoCommit(false);
		second.setAutoCommit(false);
		Servers.execute(first, update + "1");
		Servers.execute(second, update + "2");
		List<CompletableFuture<SQLException>> ends = List.of(end(first, update + "2"), end(second, update + "1"));
		List<SQLException> failures = ends.stream()
			.map(CompletableFuture::join)
			.filter((failure) -> failure != null)
			.toList();
		assertThat(failures).hasSize(1);
		assertThat(failures.get(0).getSQLState()).isEqualTo("40P01");
		return failures.get(0);
	}

	private static CompletableFuture<SQLException> end(Connection connection, String update) {
		return CompletableFuture.supplyAsync(() -> {
			SQLException failure = null;
			try {
				Servers.execute(connection, update);
			}
			catch (SQLException ex) {
				failure = ex;
			}
			rollback(connection);
			return failure;
		}, THREADS).orTimeout(30, TimeUnit.SECONDS);
	}

	private static void rollback(Connection connection) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
