package io.nexs.sample.example;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.routing.RoutingDataSource;

/**
 * Waits for what happens elsewhere.
 */
public final class Until {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final long PAUSE_NANOS = 20_000_000;

	private Until() {
	}

	/**
	 * Waits until something is so, for half a minute at most.
	 * @param what what is waited for
	 * @param condition whether it is so
	 * @throws IllegalStateException if it was not so in time, or the thread was
	 * interrupted
	 */
	public static void holds(String what, BooleanSupplier condition) {
		long deadline = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
				throw new IllegalStateException("Waited in vain until " + what);
			}
			LockSupport.parkNanos(PAUSE_NANOS);
		}
	}

	/**
	 * Waits until there is a primary and two replicas are in full service.
	 * @param dataSource the data source of the application
	 * @throws IllegalStateException as with {@link #holds}
	 */
	public static void replicasServe(RoutingDataSource dataSource) {
		holds("a primary and two replicas are in full service (POST /demo/rejoin/{node})",
				() -> dataSource.topology().hasPrimary() && replicas(dataSource.topology()) >= 2);
	}

	private static long replicas(Topology topology) {
		return topology.nodes()
			.stream()
			.filter((node) -> node.role() == NodeRole.REPLICA && node.status() == NodeStatus.HEALTHY
					&& node.servesReads())
			.count();
	}

}
