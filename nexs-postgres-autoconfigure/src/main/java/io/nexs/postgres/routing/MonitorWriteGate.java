package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;

/**
 * Lets a write wait for a primary as long as its acquire time lasts. Thread-safe.
 */
final class MonitorWriteGate implements WriteGate {

	private final ClusterMonitor monitor;

	MonitorWriteGate(ClusterMonitor monitor) {
		this.monitor = monitor;
	}

	@Override
	public void awaitPrimary(long deadlineNanos) throws SQLException {
		try {
			long remaining = deadlineNanos - System.nanoTime();
			if (remaining <= 0 || !this.monitor.awaitPrimary(Duration.ofNanos(remaining))) {
				throw new NoNodeException("No primary to write to: " + this.monitor.topology().describe());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting for a primary", "08001", ex);
		}
	}

}
