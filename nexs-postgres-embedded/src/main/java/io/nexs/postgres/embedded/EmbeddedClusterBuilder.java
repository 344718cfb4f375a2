package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds an {@link EmbeddedCluster}. Not thread-safe.
 */
public final class EmbeddedClusterBuilder {

	private final Map<String, String> parameters = new LinkedHashMap<>();

	private int replicas = 2;

	private boolean supervised;

	private boolean shutdownHook = true;

	private String database = "postgres";

	private String username = "postgres";

	private Duration startTimeout = Duration.ofSeconds(30);

	EmbeddedClusterBuilder() {
	}

	/**
	 * Set the number of standbys, 2 by default.
	 * @param replicas the number, 0 or more
	 * @return this builder
	 */
	public EmbeddedClusterBuilder replicas(int replicas) {
		if (replicas < 0) {
			throw new IllegalArgumentException("The number of replicas is negative: " + replicas);
		}
		this.replicas = replicas;
		return this;
	}

	/**
	 * Set whether a supervisor promotes a standby when the primary has been dead or
	 * silent for a second. Off by default.
	 * @param supervised whether to supervise
	 * @return this builder
	 */
	public EmbeddedClusterBuilder supervised(boolean supervised) {
		this.supervised = supervised;
		return this;
	}

	/**
	 * Set whether the servers end in a shutdown hook of the JVM, on by default. Without
	 * it they end with {@link EmbeddedCluster#close()} or, on Linux and macOS, right
	 * after the JVM, so that what runs in other hooks still has them.
	 * @param shutdownHook whether to add a hook
	 * @return this builder
	 */
	public EmbeddedClusterBuilder shutdownHook(boolean shutdownHook) {
		this.shutdownHook = shutdownHook;
		return this;
	}

	/**
	 * Set the database the DSNs name, {@code postgres} by default. It is created.
	 * @param database the name: letters, digits and underscores
	 * @return this builder
	 */
	public EmbeddedClusterBuilder database(String database) {
		this.database = requireName(database);
		return this;
	}

	/**
	 * Set the superuser, {@code postgres} by default. There is no password.
	 * @param username the name: letters, digits and underscores
	 * @return this builder
	 */
	public EmbeddedClusterBuilder username(String username) {
		this.username = requireName(username);
		return this;
	}

	/**
	 * Set a parameter of {@code postgresql.conf} for all nodes.
	 * @param name the parameter's name
	 * @param value its value, without quotes
	 * @return this builder
	 */
	public EmbeddedClusterBuilder parameter(String name, String value) {
		this.parameters.put(requireName(name), value);
		return this;
	}

	/**
	 * Set the longest time one server may take to start, 30 seconds by default.
	 * @param startTimeout the time
	 * @return this builder
	 */
	public EmbeddedClusterBuilder startTimeout(Duration startTimeout) {
		this.startTimeout = startTimeout;
		return this;
	}

	private static String requireName(String name) {
		if (!name.matches("[A-Za-z_][A-Za-z0-9_.]*")) {
			throw new IllegalArgumentException("Not a name: '%s'".formatted(name));
		}
		return name;
	}

	/**
	 * Start the cluster and wait until every standby has what the primary has.
	 * @return the running cluster
	 * @throws EmbeddedClusterException when a server does not start; nothing is left then
	 */
	public EmbeddedCluster start() {
		return new EmbeddedCluster(new ClusterSettings(this.replicas, this.supervised, this.shutdownHook, this.database,
				this.username, Map.copyOf(this.parameters), this.startTimeout));
	}

}
