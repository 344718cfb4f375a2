package io.nexs.postgres.failover;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.routing.ReplicaManager;
import org.awaitility.Awaitility;

/**
 * A started data source with its manager on an embedded cluster, and questions to the
 * server itself.
 */
final class FailoverFixture implements AutoCloseable {

	static final Duration LONG = Duration.ofSeconds(30);

	private final List<FailoverManager> managers = new ArrayList<>();

	private final NexsPostgres postgres;

	private FailoverFixture(EmbeddedCluster cluster, FailoverSettings settings,
			UnaryOperator<NexsPostgres.Builder> change) {
		MonitorSettings quick = MonitorSettings.defaults()
			.withTimes(Duration.ofMillis(200), Duration.ofMillis(20), Duration.ofSeconds(1));
		this.postgres = change.apply(NexsPostgres.of(cluster.dsn()).monitor(quick).gate((monitor, pools) -> {
			this.managers.add(new FailoverManager(monitor, new ReplicaManager(monitor, pools), settings));
			return this.managers.get(0);
		})).start();
		await((topology) -> topology.hasPrimary()
				&& topology.nodes().stream().allMatch((state) -> state.status() == NodeStatus.HEALTHY));
	}

	static FailoverFixture start(EmbeddedCluster cluster, FailoverSettings settings) {
		return start(cluster, settings, UnaryOperator.identity());
	}

	static FailoverFixture start(EmbeddedCluster cluster, FailoverSettings settings,
			UnaryOperator<NexsPostgres.Builder> change) {
		return new FailoverFixture(cluster, settings, change);
	}

	FailoverManager manager() {
		return this.managers.get(0);
	}

	NexsPostgres postgres() {
		return this.postgres;
	}

	Topology topology() {
		return this.postgres.monitor().topology();
	}

	void await(Predicate<Topology> wanted) {
		Awaitility.await().atMost(LONG).until(() -> wanted.test(topology()));
	}

	void awaitWaiting(int writes) {
		Awaitility.await().atMost(LONG).until(() -> manager().statistics().writes().waiting() == writes);
	}

	/**
	 * A transaction of its own, and which server it ran on, asked of that server.
	 */
	int port(boolean read) throws SQLException {
		try (Connection connection = this.postgres.dataSource().getConnection()) {
			connection.setReadOnly(read);
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement();
					ResultSet rows = statement.executeQuery("select inet_server_port()")) {
				rows.next();
				int port = rows.getInt(1);
				connection.commit();
				return port;
			}
		}
	}

	List<CompletableFuture<Integer>> writers(int count, Executor threads) {
		List<CompletableFuture<Integer>> writers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			writers.add(CompletableFuture.supplyAsync(this::writePort, threads));
		}
		return writers;
	}

	private int writePort() {
		try {
			return port(false);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.postgres.close();
	}

}
