package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database for one test. Closing drops it.
 *
 * @param cluster where it is
 * @param name its name
 */
record TestDatabase(EmbeddedCluster cluster, String name) implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final AtomicInteger numbers = new AtomicInteger();

	/**
	 * Creates a database and waits until the running standbys have it.
	 * @param cluster where
	 * @param template the database to copy
	 * @return the new database
	 * @throws EmbeddedClusterException when the server refuses it
	 */
	static TestDatabase create(EmbeddedCluster cluster, String template) {
		String name = "test_" + numbers.incrementAndGet();
		cluster.primary()
			.admin()
			.execute(LIMIT, "create database %s template \"%s\"".formatted(name, template.replace("\"", "\"\"")));
		for (EmbeddedNode standby : cluster.replicas()) {
			standby.await("the database " + name, "select datname from pg_database where datname = '" + name + "'",
					name);
		}
		return new TestDatabase(cluster, name);
	}

	String dsn() {
		return this.cluster.dsn(this.name);
	}

	/**
	 * A test that has left the cluster without a primary leaves the database too, which
	 * ends with the cluster.
	 */
	@Override
	public void close() {
		for (EmbeddedNode node : this.cluster.nodes()) {
			if (node.isAnswering() && !node.isInRecovery()) {
				node.admin().execute(LIMIT, "drop database if exists " + this.name + " with (force)");
			}
		}
	}

}
