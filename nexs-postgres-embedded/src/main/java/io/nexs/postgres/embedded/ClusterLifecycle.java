package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the nodes of a cluster and removes them.
 */
final class ClusterLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(ClusterLifecycle.class);

	private static final Duration QUERY_LIMIT = Duration.ofSeconds(30);

	private static final String MAINTENANCE_DATABASE = "postgres";

	private final ClusterSettings settings;

	private final List<EmbeddedNode> nodes;

	private final List<EmbeddedNode> created = new ArrayList<>();

	private @Nullable PostgresBinaries binaries;

	private @Nullable ClusterDirectory directory;

	private @Nullable Thread hook;

	ClusterLifecycle(ClusterSettings settings, List<EmbeddedNode> nodes) {
		this.settings = settings;
		this.nodes = nodes;
	}

	/**
	 * Start the primary and the standbys; leave nothing behind when that fails.
	 * @return the primary
	 */
	EmbeddedNode start() {
		try {
			return startNodes();
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Create a node that has no data yet.
	 * @return the node, which is not part of the cluster yet
	 */
	EmbeddedNode create() {
		String id = "node-" + (this.created.size() + 1);
		PostgresServer server = new PostgresServer(id, binaries(), directory(), this.settings.startTimeout());
		EmbeddedNode node = new EmbeddedNode(id, Ports.free(), server, this.settings);
		this.created.add(node);
		return node;
	}

	/**
	 * End all nodes and delete their data.
	 */
	void close() {
		Thread current = this.hook;
		this.hook = null;
		if (current != null) {
			removeHook(current);
		}
		this.created.forEach((node) -> node.relay().close());
		this.created.forEach((node) -> node.server().quit());
		this.created.forEach((node) -> node.server().awaitEnd());
		this.created.forEach((node) -> Ports.release(node.directPort()));
		this.created.clear();
		ClusterDirectory data = this.directory;
		this.directory = null;
		if (data != null) {
			data.remove();
		}
	}

	private EmbeddedNode startNodes() {
		this.binaries = PostgresBinaries.unpacked();
		ClusterDirectory data = ClusterDirectory.create();
		this.directory = data;
		if (this.settings.shutdownHook()) {
			Thread thread = new Thread(data::remove, "nexs-embedded-shutdown");
			Runtime.getRuntime().addShutdownHook(thread);
			this.hook = thread;
		}
		EmbeddedNode primary = create();
		primary.server().initialise(this.settings.username());
		primary.configuration().include(primary.server().data());
		List<EmbeddedNode> standbys = copies(primary);
		primary.reconfigure();
		primary.start();
		createDatabase(primary);
		for (EmbeddedNode standby : standbys) {
			Standbys.startAsStandby(standby, primary);
			this.nodes.add(standby);
		}
		this.nodes.add(0, primary);
		standbys.forEach((standby) -> Standbys.awaitReplay(standby, primary));
		logger.info("PostgreSQL cluster is up: {}", this.nodes);
		return primary;
	}

	private List<EmbeddedNode> copies(EmbeddedNode primary) {
		List<EmbeddedNode> standbys = new ArrayList<>();
		for (int count = 0; count < this.settings.replicas(); count++) {
			EmbeddedNode standby = create();
			standby.server().replaceData().copyStopped(primary.server().data());
			standbys.add(standby);
		}
		return standbys;
	}

	private void createDatabase(EmbeddedNode primary) {
		String database = this.settings.database();
		if (!database.equals(MAINTENANCE_DATABASE)) {
			new Admin(primary.id(), primary.directPort(), MAINTENANCE_DATABASE, this.settings.username())
				.execute(QUERY_LIMIT, "create database \"%s\"".formatted(database));
		}
	}

	private PostgresBinaries binaries() {
		PostgresBinaries current = this.binaries;
		if (current == null) {
			throw new IllegalStateException("The cluster is not started");
		}
		return current;
	}

	private ClusterDirectory directory() {
		ClusterDirectory current = this.directory;
		if (current == null) {
			throw new IllegalStateException("The cluster is closed");
		}
		return current;
	}

	private static void removeHook(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			logger.debug("The JVM is ending; its hook does the rest");
		}
	}

}
