package io.nexs.postgres.starter.frameworks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A primary and a streaming replica of the official image. Nothing is started before
 * {@link #start}.
 */
final class ContainerServers implements Servers {

	static final String PRIMARY = "primary";

	static final String REPLICA = "replica";

	private static final String IMAGE = "postgres:18";

	private static final int REPLICA_PORT = 5433;

	/** The rules of the image let nobody replicate. */
	private static final String ALLOW_REPLICATION = "echo 'host replication all all scram-sha-256'"
			+ " >> \"$PGDATA/pg_hba.conf\"";

	private static final String REPLICATE = "pg_basebackup --dbname='host=" + PRIMARY
			+ " user=test' --pgdata=\"$PGDATA\"" + " --write-recovery-conf && exec postgres -c port=" + REPLICA_PORT;

	private final Network network = Network.newNetwork();

	private final PostgreSQLContainer primary = new PostgreSQLContainer(IMAGE).withNetwork(this.network)
		.withNetworkAliases(PRIMARY)
		.withLabel("io.nexs.postgres.id", PRIMARY)
		.withCopyToContainer(Transferable.of(ALLOW_REPLICATION), "/docker-entrypoint-initdb.d/replication.sh");

	private final GenericContainer<?> replica = new GenericContainer<>(IMAGE).withNetwork(this.network)
		.dependsOn(this.primary)
		.withEnv("PGPASSWORD", this.primary.getPassword())
		.withLabel("io.nexs.postgres.id", REPLICA)
		.withLabel("io.nexs.postgres.port", String.valueOf(REPLICA_PORT))
		.withExposedPorts(REPLICA_PORT)
		.withCreateContainerCmdModifier((command) -> command.withUser("postgres").withEntrypoint("bash", "-c"))
		.withCommand(REPLICATE)
		.waitingFor(Wait.forLogMessage(".*ready to accept read-only connections.*", 1));

	/**
	 * Starts the servers and makes the tables.
	 */
	void start() throws SQLException {
		Startables.deepStart(this.replica).join();
		try (Connection connection = connect(PRIMARY)) {
			SharedCluster.execute(connection, SharedCluster.SCHEMA);
		}
		awaitReplicas();
	}

	PostgreSQLContainer primaryContainer() {
		return this.primary;
	}

	GenericContainer<?> replicaContainer() {
		return this.replica;
	}

	@Override
	public List<String> properties() {
		return List.of();
	}

	@Override
	public String primary() {
		return PRIMARY;
	}

	@Override
	public List<String> replicas() {
		return List.of(REPLICA);
	}

	@Override
	public Map<Integer, String> roles() {
		return Map.of(PostgreSQLContainer.POSTGRESQL_PORT, "primary", REPLICA_PORT, "replica");
	}

	@Override
	public Connection connect(String id) throws SQLException {
		boolean isPrimary = id.equals(PRIMARY);
		GenericContainer<?> container = isPrimary ? this.primary : this.replica;
		int port = container.getMappedPort(isPrimary ? PostgreSQLContainer.POSTGRESQL_PORT : REPLICA_PORT);
		return DriverManager.getConnection(
				"jdbc:postgresql://" + container.getHost() + ":" + port + "/" + this.primary.getDatabaseName(),
				this.primary.getUsername(), this.primary.getPassword());
	}

}
