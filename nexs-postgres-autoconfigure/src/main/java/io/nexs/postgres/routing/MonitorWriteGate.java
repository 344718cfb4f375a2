package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;

/**
 * Lets a write wait for a primary, each up to a limit of its own. Thread-safe.
 */
final class MonitorWriteGate implements WriteGate {

	private final ClusterMonitor monitor;

	private final Duration limit;

	MonitorWriteGate(ClusterMonitor monitor, Duration limit) {
		this.monitor = monitor;
		this.limit = limit;
	}

	@Override
	public Waiting enter() {
		return new MonitorWaiting();
	}

	/**
	 * One wait.
	 */
	private final class MonitorWaiting implements Waiting {

		private long remaining = MonitorWriteGate.this.limit.toNanos();

		@Override
		public void awaitPrimary() throws SQLException {
			ClusterMonitor monitor = MonitorWriteGate.this.monitor;
			long start = System.nanoTime();
			try {
				if (this.remaining <= 0 || !monitor.awaitPrimary(Duration.ofNanos(this.remaining))) {
					throw new NoNodeException("No primary to write to within " + MonitorWriteGate.this.limit.toMillis()
							+ " ms: " + monitor.topology().describe());
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new SQLException("Interrupted while waiting for a primary", "08001", ex);
			}
			finally {
				this.remaining -= System.nanoTime() - start;
			}
		}

	}

}
