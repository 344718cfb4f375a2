package io.nexs.postgres.transaction;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.ConflictPolicy;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.routing.CountingSocketFactory;
import io.nexs.postgres.routing.NexsPostgres;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A data source whose transactions write markers, and questions to the server itself.
 */
final class OutcomeFixture implements AutoCloseable {

	static final byte[] MARKER = "pg_current_xact_id_if_assigned".getBytes(StandardCharsets.UTF_8);

	static final byte[] PLAIN = "COMMIT".getBytes(StandardCharsets.UTF_8);

	/** The tag of the server's answer to COMMIT. */
	static final byte[] ANSWER = "COMMIT\0".getBytes(StandardCharsets.UTF_8);

	static final Duration LONG = Duration.ofSeconds(30);

	private final EmbeddedCluster cluster;

	private final NexsPostgres postgres;

	private OutcomeFixture(EmbeddedCluster cluster, ConflictPolicy onConflict,
			BiFunction<ClusterMonitor, NodePools, CommitProtocol> commit) {
		this.cluster = cluster;
		this.postgres = NexsPostgres.of(cluster.dsn())
			.monitor(MonitorSettings.defaults()
				.withTimes(Duration.ofMillis(100), Duration.ofMillis(20), Duration.ofSeconds(1))
				.withOnConflict(onConflict))
			.pool(PoolSettings.defaults()
				.withMaxConns(1)
				.withDriverProperties(
						Map.of("socketFactory", CountingSocketFactory.class.getName(), "sslmode", "disable")))
			.commit(commit)
			.start();
		Awaitility.await().atMost(LONG).until(() -> this.postgres.monitor().topology().hasPrimary());
	}

	/**
	 * With a pool of one connection to each node, so that a claim needs the place of the
	 * connection that was lost.
	 */
	static OutcomeFixture marker(EmbeddedCluster cluster, Duration resolveTimeout) {
		return marker(cluster, resolveTimeout, ConflictPolicy.NEWEST_TIMELINE);
	}

	static OutcomeFixture marker(EmbeddedCluster cluster, Duration resolveTimeout, ConflictPolicy onConflict) {
		return new OutcomeFixture(cluster, onConflict, (monitor, pools) -> armed(monitor, pools, resolveTimeout));
	}

	static MarkerCommit armed(ClusterMonitor monitor, NodePools pools, Duration resolveTimeout) {
		MarkerCommit commit = new MarkerCommit(monitor, pools,
				MarkerSettings.defaults().withResolveTimeout(resolveTimeout));
		commit.arm();
		return commit;
	}

	static OutcomeFixture plain(EmbeddedCluster cluster) {
		return plain(cluster, ConflictPolicy.NEWEST_TIMELINE);
	}

	static OutcomeFixture plain(EmbeddedCluster cluster, ConflictPolicy onConflict) {
		return new OutcomeFixture(cluster, onConflict, (monitor, pools) -> new PlainCommit(monitor));
	}

	static OutcomeFixture with(EmbeddedCluster cluster, BiFunction<ClusterMonitor, NodePools, CommitProtocol> commit) {
		return new OutcomeFixture(cluster, ConflictPolicy.NEWEST_TIMELINE, commit);
	}

	static EmbeddedCluster cluster(int replicas) throws SQLException {
		EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(replicas).start();
		execute(cluster, "create table item (id int primary key deferrable initially deferred)");
		execute(cluster, new MarkerTable(MarkerTable.DEFAULT_NAME).ddl());
		return cluster;
	}

	NexsPostgres postgres() {
		return this.postgres;
	}

	/**
	 * Inserts a row in a transaction.
	 * @return what COMMIT threw, or {@code null}
	 */
	@Nullable Throwable insert(int id) throws SQLException {
		try (Connection connection = this.postgres.dataSource().getConnection()) {
			return insert(connection, id);
		}
	}

	static @Nullable Throwable insert(Connection connection, int id) throws SQLException {
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.executeUpdate("insert into item values (" + id + ")");
		}
		try {
			connection.commit();
			return null;
		}
		catch (SQLException ex) {
			return ex;
		}
	}

	CompletableFuture<@Nullable Throwable> insertAside(int id) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return insert(id);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
	}

	/**
	 * Asks the present primary itself.
	 */
	boolean has(int id) throws SQLException {
		return count("item where id = " + id) == 1;
	}

	long markers() throws SQLException {
		return count(MarkerTable.DEFAULT_NAME);
	}

	long count(String from) throws SQLException {
		return Long.parseLong(ask(this.cluster, "select count(*) from " + from));
	}

	static String ask(EmbeddedCluster cluster, String sql) throws SQLException {
		try (Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	static void execute(EmbeddedCluster cluster, String sql) throws SQLException {
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Override
	public void close() {
		this.postgres.close();
	}

}
