package io.nexs.postgres.failover;

import java.sql.SQLException;
import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.failover.WriteWaiting.Ticket;
import io.nexs.postgres.failover.WriteWaiting.Verdict;
import io.nexs.postgres.routing.WriteGate;

/**
 * Parks the thread of one write between two looks. Belongs to that thread.
 */
final class WaitingWrite implements WriteGate.Waiting {

	private final ClusterMonitor monitor;

	private final WriteWaiting waiting;

	private final Ticket ticket;

	WaitingWrite(ClusterMonitor monitor, WriteWaiting waiting, Ticket ticket) {
		this.monitor = monitor;
		this.waiting = waiting;
		this.ticket = ticket;
	}

	@Override
	public void awaitPrimary() throws SQLException {
		try {
			while (true) {
				Topology topology = this.monitor.topology();
				Verdict verdict = this.waiting.look(this.ticket, topology, System.nanoTime());
				switch (verdict.kind()) {
					case PROCEED -> {
						return;
					}
					case GIVE_UP -> throw failure("within", topology);
					case WAIT -> await(Duration.ofNanos(verdict.nanos()));
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting for a primary", "08001", ex);
		}
	}

	private void await(Duration longest) throws InterruptedException, SQLException {
		if (!this.monitor.awaitPrimary(longest) && this.monitor.isClosed()) {
			throw failure("until the data source was closed, after", this.monitor.topology());
		}
	}

	private NoPrimaryException failure(String when, Topology topology) {
		Duration waited = Duration.ofNanos(this.ticket.waited(System.nanoTime()));
		return new NoPrimaryException(
				"No primary to write to " + when + " " + waited.toMillis() + " ms: " + topology.describe(), waited);
	}

	@Override
	public void served() {
		this.waiting.served(System.nanoTime());
	}

	@Override
	public void leave() {
		this.waiting.leave(this.ticket);
	}

}
