package io.nexs.postgres.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.transaction.MarkerCommit;
import io.nexs.postgres.transaction.MarkerKeeper;
import io.nexs.postgres.transaction.MarkerTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Checks the marker table once schema migrations have run, lets transactions write
 * markers from then on, and has old ones deleted until the application ends. Without a
 * primary the table is taken to be there: a COMMIT fails if it is not.
 */
final class MarkerLifeCycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(MarkerLifeCycle.class);

	private final ClusterMonitor monitor;

	private final MarkerKeeper keeper;

	private final CommitProtocol commit;

	private final Addresses addresses;

	private final Duration limit;

	private volatile boolean running;

	MarkerLifeCycle(ClusterMonitor monitor, MarkerKeeper keeper, CommitProtocol commit, Addresses addresses,
			Duration limit) {
		this.monitor = monitor;
		this.keeper = keeper;
		this.commit = commit;
		this.addresses = addresses;
		this.limit = limit;
	}

	@Override
	public void start() {
		MarkerTable checked = checkQuietly();
		if (this.commit instanceof MarkerCommit marker) {
			if (checked != null) {
				marker.arm(checked);
			}
			else {
				marker.arm();
			}
			this.keeper.start(marker::arm);
		}
		else {
			this.keeper.start((any) -> {
			});
		}
		this.running = true;
	}

	private @Nullable MarkerTable checkQuietly() {
		try {
			if (this.monitor.awaitPrimary(this.limit)) {
				return check();
			}
			logger.warn("The marker table could not be checked, there is no primary");
		}
		catch (SQLException ex) {
			logger.warn("The marker table could not be checked: {}", ex.getMessage());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return null;
	}

	private MarkerTable check() throws SQLException {
		if (this.addresses.origin() == AddressOrigin.EMBEDDED) {
			this.keeper.create();
		}
		return this.keeper.check();
	}

	@Override
	public void stop() {
		this.keeper.stop();
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * A context that is paused keeps its thread.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	/**
	 * After the pools, before anything that takes work.
	 */
	@Override
	public int getPhase() {
		return PoolLifeCycle.PHASE + 1;
	}

}
