package io.nexs.postgres.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.pool.NodeConnector;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the figures of all servers up to date: one query per node and interval, by a
 * thread {@code nexs-db-server-<id>} on a connection of its own. All methods may be
 * called from any thread; those that ask for figures answer at once. The threads are
 * daemons and end with {@link #stop()}.
 */
public final class ServerMonitor implements AutoCloseable {

	private final ClusterMonitor monitor;

	private final NodeConnector connector;

	private final ServerSettings settings;

	private final Map<String, Counters> counters = new LinkedHashMap<>();

	private final List<ServerListener> listeners = new CopyOnWriteArrayList<>();

	private volatile Map<String, FigureReader> readers = Map.of();

	/**
	 * A monitor that is not started.
	 * @param monitor knows the nodes
	 * @param connector opens the connections
	 * @param settings how to ask
	 */
	public ServerMonitor(ClusterMonitor monitor, NodeConnector connector, ServerSettings settings) {
		this.monitor = monitor;
		this.connector = connector;
		this.settings = settings;
		monitor.topology().nodes().forEach((state) -> this.counters.put(state.id(), new Counters()));
		monitor.addListener((topology, events) -> topology.nodes().forEach(this::follow));
	}

	private void follow(NodeState state) {
		FigureReader reader = this.readers.get(state.id());
		if (reader != null) {
			reader.follow(state);
		}
	}

	/**
	 * Tells a listener of all figures from now on.
	 * @param listener the listener
	 */
	public void addListener(ServerListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Begins to ask. Returns without waiting for an answer; does nothing if it has begun.
	 */
	public synchronized void start() {
		if (!this.readers.isEmpty()) {
			return;
		}
		Map<String, FigureReader> started = new LinkedHashMap<>();
		this.counters.forEach((id, count) -> {
			Node node = this.monitor.topology().node(id).node();
			FigureSession session = new FigureSession(node, this.connector, this.settings);
			started.put(id, new FigureReader(this, node, session, count));
		});
		this.readers = started;
		started.values().forEach(FigureReader::start);
	}

	/**
	 * Asks no more and closes the connections. It can be started again.
	 */
	public synchronized void stop() {
		List<FigureReader> ended = new ArrayList<>(this.readers.values());
		ended.forEach(FigureReader::end);
		try {
			for (FigureReader reader : ended) {
				reader.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.readers = Map.of();
	}

	/**
	 * Ids of the nodes that are asked.
	 * @return the ids in the order of the configuration
	 */
	public List<String> nodes() {
		return List.copyOf(this.counters.keySet());
	}

	/**
	 * The latest figures of a node.
	 * @param node id of the node
	 * @return the figures, or {@code null} while they are not known: before the first
	 * answer, when an answer is overdue, while the node is down
	 * @throws IllegalArgumentException if there is no such node
	 */
	public @Nullable ServerFigures figures(String node) {
		requireKnown(node);
		FigureReader reader = this.readers.get(node);
		return (reader != null) ? reader.figures() : null;
	}

	/**
	 * Deadlocks in the database on a node since the start, as far as it was asked; never
	 * falls, whatever becomes of the server's own counter.
	 * @param node id of the node
	 * @return how many
	 * @throws IllegalArgumentException if there is no such node
	 */
	public long deadlocks(String node) {
		return requireKnown(node).deadlocks();
	}

	private Counters requireKnown(String node) {
		Counters known = this.counters.get(node);
		if (known == null) {
			throw new IllegalArgumentException("There is no node '" + node + "'; there are " + nodes());
		}
		return known;
	}

	NodeState state(Node node) {
		return this.monitor.topology().node(node.id());
	}

	/**
	 * Whether writes go to a node. One that is fenced or in maintenance still says of
	 * itself that it is a primary.
	 */
	boolean isPrimary(Node node) {
		NodeState primary = this.monitor.topology().primary();
		return primary != null && primary.id().equals(node.id());
	}

	ServerSettings settings() {
		return this.settings;
	}

	List<ServerListener> listeners() {
		return this.listeners;
	}

	@Override
	public void close() {
		stop();
	}

}
