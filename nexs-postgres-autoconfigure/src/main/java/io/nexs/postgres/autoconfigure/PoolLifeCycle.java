package io.nexs.postgres.autoconfigure;

import java.util.List;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.WarmUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * Warms the pools before anything that takes work has started, and waits for lent
 * connections once all of that has stopped: the web server, message listeners, executors
 * of tasks. A context that is closed closes the pools later, with the beans. One that is
 * stopped, as before a checkpoint of the JVM, has no connection afterwards, not even of
 * probes, until it is started again.
 */
final class PoolLifeCycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/**
	 * Starts before executors and the web server, stops after them.
	 */
	static final int PHASE = ExecutorConfigurationSupport.DEFAULT_PHASE - 1024;

	private static final Logger logger = LoggerFactory.getLogger(PoolLifeCycle.class);

	private final ClusterMonitor monitor;

	private final NodePools pools;

	private final NexsDbProperties.Pool properties;

	private final StartReport report;

	private final ConfigurableApplicationContext context;

	private volatile boolean running;

	private volatile boolean paused;

	PoolLifeCycle(ClusterMonitor monitor, NodePools pools, NexsDbProperties.Pool properties, StartReport report,
			ConfigurableApplicationContext context) {
		this.monitor = monitor;
		this.pools = pools;
		this.properties = properties;
		this.report = report;
		this.context = context;
	}

	@Override
	public void start() {
		if (this.paused) {
			this.paused = false;
			this.monitor.resume();
			this.pools.resume();
		}
		Topology topology = this.monitor.topology();
		this.report.log(topology);
		WarmUp warmUp = EngineSettings.warmUp(this.properties);
		if (warmUp.connections() > 0) {
			warm(warmUp, topology);
		}
		this.running = true;
	}

	/**
	 * Nodes that have not answered are left out: they would only use up the time.
	 */
	private void warm(WarmUp warmUp, Topology topology) {
		List<NodePool> answering = this.pools.all()
			.stream()
			.filter((pool) -> topology.node(pool.node().id()).role() != NodeRole.UNKNOWN)
			.toList();
		try {
			List<String> failures = warmUp.run(answering).failures();
			boolean complete = failures.isEmpty() && answering.size() == this.pools.all().size();
			if (!complete && this.properties.warmUp().onFailure() == NexsDbProperties.OnFailure.FAIL) {
				throw new StartupException(
						"Warm-up failed and 'nexs.db.pool.warm-up.on-failure' is 'fail': "
								+ (failures.isEmpty() ? topology.describe() : String.join("; ", failures)),
						"Mend what is wrong with each node, take it out of the configuration, or set"
								+ " 'nexs.db.pool.warm-up.on-failure' to 'warn' to start without it.");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop() {
		try {
			int left = this.pools.drain(this.properties.drainTimeout());
			if (left > 0) {
				logger.warn("{} connections were not given back within {} ms (nexs.db.pool.drain-timeout)", left,
						this.properties.drainTimeout().toMillis());
			}
			if (!this.context.isClosed()) {
				this.paused = true;
				this.pools.pause(this.properties.loginTimeout());
				this.monitor.pause();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.running = false;
	}

	/**
	 * A stopped context is closed: beans that are destroyed now may need connections.
	 */
	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		if (this.paused && event.getApplicationContext() == this.context) {
			this.pools.resume();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * A context that is paused keeps its pools.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
