package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.pool.AdaptivePoolSizer;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.ServerMonitor;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Lets the observing monitors and the sizer of the pools work while the application runs.
 * A context that is stopped, as before a checkpoint of the JVM, has none of their
 * connections and threads.
 */
final class ObservationLifeCycle implements SmartLifecycle {

	private final @Nullable ServerMonitor servers;

	private final @Nullable SafetyMonitor safety;

	private final @Nullable AdaptivePoolSizer sizer;

	private volatile boolean running;

	ObservationLifeCycle(@Nullable ServerMonitor servers, @Nullable SafetyMonitor safety,
			@Nullable AdaptivePoolSizer sizer) {
		this.servers = servers;
		this.safety = safety;
		this.sizer = sizer;
	}

	@Override
	public void start() {
		this.running = true;
		if (this.safety != null) {
			this.safety.start();
		}
		if (this.servers != null) {
			this.servers.start();
		}
		if (this.sizer != null) {
			this.sizer.start();
		}
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.sizer != null) {
			this.sizer.stop();
		}
		if (this.servers != null) {
			this.servers.stop();
		}
		if (this.safety != null) {
			this.safety.stop();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	/**
	 * Starts after the pools and the events, stops before them.
	 */
	@Override
	public int getPhase() {
		return PoolLifeCycle.PHASE + 1;
	}

}
