package io.nexs.postgres.embedded;

import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL primary with streaming replicas on 127.0.0.1. Operations on the cluster
 * exclude each other; all methods are thread-safe. The cluster ends with {@link #close()}
 * and at the latest with the JVM; nothing of it stays on disk but the unpacked programs.
 */
public final class EmbeddedCluster implements AutoCloseable {

	private final ClusterSettings settings;

	private final ReentrantLock lock = new ReentrantLock();

	private final List<EmbeddedNode> nodes = new CopyOnWriteArrayList<>();

	private final ClusterLifecycle lifecycle;

	private final Promotion promotion = new Promotion(this.nodes);

	private @Nullable Supervisor supervisor;

	private volatile EmbeddedNode appointed;

	EmbeddedCluster(ClusterSettings settings) {
		this.settings = settings;
		this.lifecycle = new ClusterLifecycle(settings, this.nodes);
		this.appointed = this.lifecycle.start();
		if (settings.supervised()) {
			this.supervisor = new Supervisor(this, this.promotion, this.lock);
			this.supervisor.start();
		}
	}

	/**
	 * Return a builder for a cluster of one primary and two replicas.
	 * @return the builder
	 */
	public static EmbeddedClusterBuilder builder() {
		return new EmbeddedClusterBuilder();
	}

	/**
	 * Return all nodes in the order of their creation; the first was the first primary.
	 * @return the nodes
	 */
	public List<EmbeddedNode> nodes() {
		return List.copyOf(this.nodes);
	}

	/**
	 * Return a node by its id.
	 * @param id the id
	 * @return the node
	 * @throws NoSuchElementException when there is none; the message names the known ids
	 */
	public EmbeddedNode node(String id) {
		return this.nodes.stream()
			.filter((node) -> node.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new NoSuchElementException("No node '%s', there are %s".formatted(id, ids())));
	}

	/**
	 * Return the primary: of the nodes that answer and are not in recovery the one with
	 * the newest timeline.
	 * @return the primary
	 * @throws IllegalStateException when there is none
	 */
	public EmbeddedNode primary() {
		return answering(false).max(Comparator.comparingInt((answer) -> answer.state().timeline()))
			.map(Answer::node)
			.orElseThrow(() -> new IllegalStateException("No node of %s is a primary".formatted(ids())));
	}

	/**
	 * Return the nodes that answer and are in recovery.
	 * @return the standbys
	 */
	public List<EmbeddedNode> replicas() {
		return answering(true).map(Answer::node).toList();
	}

	/**
	 * Promote a standby and make the other standbys follow it. The old primary is left as
	 * it is, running or dead. A standby that is ahead of the new primary is copied anew.
	 * @param id the standby's id
	 * @throws EmbeddedClusterException when the node is not a running standby
	 */
	public void promote(String id) {
		exclusively(() -> {
			EmbeddedNode candidate = node(id);
			this.promotion.promote(candidate);
			this.appointed = candidate;
		});
	}

	/**
	 * Stop the primary in order, promote a standby once it has everything, and bring the
	 * old primary back as a standby of the new one.
	 * @param id the standby's id
	 * @throws EmbeddedClusterException when the standby cannot take over; the primary
	 * stays primary then
	 */
	public void switchover(String id) {
		exclusively(() -> {
			EmbeddedNode candidate = node(id);
			this.promotion.switchover(primary(), candidate);
			this.appointed = candidate;
		});
	}

	/**
	 * Add a standby of the running primary.
	 * @return the node, which streams already
	 */
	public EmbeddedNode addReplica() {
		this.lock.lock();
		try {
			EmbeddedNode primary = primary();
			EmbeddedNode node = this.lifecycle.create();
			Standbys.seed(node, primary);
			this.nodes.add(node);
			return node;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Bring a dead, stopped, frozen or fenced node back as a standby of the primary. What
	 * only it has is lost: a former primary gets a new copy. Does nothing for a standby
	 * that streams from the primary.
	 * @param id the node's id
	 * @throws EmbeddedClusterException when the node is the primary
	 */
	public void rejoin(String id) {
		exclusively(() -> {
			EmbeddedNode primary = primary();
			EmbeddedNode node = node(id);
			if (node == primary) {
				throw new EmbeddedClusterException(id + " is the primary");
			}
			Standbys.rejoin(node, primary);
		});
	}

	/**
	 * Let commits wait for any one standby, or no longer, on the primary and on every
	 * node that becomes one. Returns when it is in force.
	 * @param on whether to wait
	 */
	public void synchronousReplication(boolean on) {
		exclusively(() -> new SynchronousReplication(this.nodes).set(on, primary(), replicas()));
	}

	/**
	 * Return a DSN with all nodes, through their relays.
	 * @return a {@code postgres://} URL
	 */
	public String dsn() {
		return dsn(this.settings.database());
	}

	String dsn(String database) {
		String hosts = this.nodes.stream()
			.map((node) -> node.host() + ":" + node.port())
			.collect(Collectors.joining(","));
		return "postgres://%s@%s/%s".formatted(this.settings.username(), hosts, database);
	}

	/**
	 * End the supervisor, the servers and the relays and delete their data. Later calls
	 * do nothing.
	 */
	@Override
	public void close() {
		Supervisor current = this.supervisor;
		if (current != null) {
			current.end();
		}
		exclusively(this.lifecycle::close);
	}

	/**
	 * Return the node that was made primary last, whether it is alive or not.
	 * @return the node
	 */
	EmbeddedNode appointed() {
		return this.appointed;
	}

	void appoint(EmbeddedNode node) {
		this.appointed = node;
	}

	private Stream<Answer> answering(boolean inRecovery) {
		return this.nodes.stream()
			.filter(EmbeddedNode::isAnswering)
			.flatMap((node) -> Answer.of(node).stream())
			.filter((answer) -> answer.state().inRecovery() == inRecovery);
	}

	private List<String> ids() {
		return this.nodes.stream().map(EmbeddedNode::id).toList();
	}

	private void exclusively(Runnable operation) {
		this.lock.lock();
		try {
			operation.run();
		}
		finally {
			this.lock.unlock();
		}
	}

}
