package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.pool.NodePools;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes the events of the cluster as application events, in order, from a thread of
 * its own, so that a slow listener does not hold up the monitor. Also subscribes the
 * application's {@link TopologyListener} beans. Begins when all beans are there; what
 * happened before is in the topology. A listener so slow that {@value #CAPACITY} events
 * wait loses the newest.
 */
final class ClusterEventPublisher implements SmartLifecycle, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ClusterEventPublisher.class);

	private static final int CAPACITY = 1024;

	private static final long JOIN_MILLIS = 1000;

	private final ClusterMonitor monitor;

	private final ApplicationEventPublisher publisher;

	private final ObjectProvider<TopologyListener> listeners;

	private final BlockingQueue<ClusterEvent> events = new LinkedBlockingQueue<>(CAPACITY);

	private boolean subscribed;

	private volatile @Nullable Thread thread;

	ClusterEventPublisher(ClusterMonitor monitor, ApplicationEventPublisher publisher,
			ObjectProvider<TopologyListener> listeners) {
		this.monitor = monitor;
		this.publisher = publisher;
		this.listeners = listeners;
	}

	@Override
	public synchronized void start() {
		Thread publishing = new Thread(this::publish, "nexs-db-events");
		publishing.setDaemon(true);
		this.thread = publishing;
		publishing.start();
		if (!this.subscribed) {
			this.subscribed = true;
			this.monitor.addListener(this::enqueue);
			this.listeners.orderedStream()
				.filter((listener) -> !(listener instanceof NodePools))
				.forEach(this.monitor::addListener);
		}
	}

	private void enqueue(Topology topology, List<ClusterEvent> changes) {
		for (ClusterEvent event : changes) {
			if (this.thread != null && !this.events.offer(event)) {
				logger.warn("An event is dropped because {} wait for their listeners: {}", CAPACITY, event);
			}
		}
	}

	private void publish() {
		while (this.thread == Thread.currentThread()) {
			try {
				this.publisher.publishEvent(this.events.take());
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException ex) {
				logger.warn("A listener of a cluster event failed", ex);
			}
		}
	}

	@Override
	public synchronized void stop() {
		Thread publishing = this.thread;
		this.thread = null;
		if (publishing == null) {
			return;
		}
		publishing.interrupt();
		try {
			publishing.join(JOIN_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.events.clear();
	}

	@Override
	public void destroy() {
		stop();
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
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
