package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.ServerMonitor;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Lets the observing monitors work while the application runs. A context that is stopped,
 * as before a checkpoint of the JVM, has none of their connections and threads.
 */
final class ObservationLifeCycle implements SmartLifecycle {

	private final @Nullable ServerMonitor servers;

	private final @Nullable SafetyMonitor safety;

	private volatile boolean running;

	ObservationLifeCycle(@Nullable ServerMonitor servers, @Nullable SafetyMonitor safety) {
		this.servers = servers;
		this.safety = safety;
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
	}

	@Override
	public void stop() {
		this.running = false;
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
