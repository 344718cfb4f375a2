package io.nexs.postgres.autoconfigure;

import java.util.function.Consumer;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.pool.NodePools;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes the events of the cluster and of other sources, such as failovers, the safety
 * monitor and changes at run time, as application events, in order, from a thread of its
 * own, so that a slow listener does not hold up the monitor. The application's
 * {@link TopologyListener} beans are told from another one. Begins when all beans are
 * there; what happened before is in the topology. A listener so slow that
 * {@value #CAPACITY} events wait loses the newest.
 */
final class ClusterEventPublisher implements SmartLifecycle, DisposableBean {

	private static final int CAPACITY = 1024;

	private final ClusterMonitor monitor;

	private final ApplicationEventPublisher publisher;

	private final ObjectProvider<TopologyListener> listeners;

	private final Consumer<Consumer<Object>> sources;

	private final EventThread events = new EventThread("nexs-db-events", CAPACITY);

	private final EventThread topologies = new EventThread("nexs-db-topologies", CAPACITY);

	private boolean subscribed;

	/**
	 * Creates the publisher.
	 * @param sources subscribes to everything else that has events
	 */
	ClusterEventPublisher(ClusterMonitor monitor, Consumer<Consumer<Object>> sources,
			ApplicationEventPublisher publisher, ObjectProvider<TopologyListener> listeners) {
		this.monitor = monitor;
		this.sources = sources;
		this.publisher = publisher;
		this.listeners = listeners;
	}

	@Override
	public synchronized void start() {
		this.events.start();
		this.topologies.start();
		if (!this.subscribed) {
			this.subscribed = true;
			this.monitor.addListener((topology, changes) -> changes.forEach(this::enqueue));
			this.sources.accept(this::enqueue);
			this.listeners.orderedStream()
				.filter((listener) -> !(listener instanceof NodePools))
				.forEach((listener) -> this.monitor.addListener(
						(topology, changes) -> this.topologies.add(() -> listener.topologyChanged(topology, changes))));
		}
	}

	private void enqueue(Object event) {
		this.events.add(() -> this.publisher.publishEvent(event));
	}

	@Override
	public synchronized void stop() {
		this.events.stop();
		this.topologies.stop();
	}

	@Override
	public void destroy() {
		stop();
	}

	@Override
	public boolean isRunning() {
		return this.events.isRunning();
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PoolLifeCycle.PHASE;
	}

}
