package io.nexs.postgres.safety;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import io.nexs.postgres.routing.RoutingListeners;
import io.nexs.postgres.routing.StatementKind;
import io.nexs.postgres.server.ServerMonitor;
import io.nexs.postgres.server.ServerSettings;
import org.awaitility.Awaitility;

/**
 * A data source with everything that watches it, and short limits.
 */
final class Watched implements AutoCloseable {

	private final Queue<SafetyEvent> events = new ConcurrentLinkedQueue<>();

	private final NexsPostgres postgres;

	private final SafetyMonitor safety;

	private final ServerMonitor servers;

	private Watched(String dsn, SafetySettings settings) {
		MonitorSettings quick = MonitorSettings.defaults()
			.withTimes(Duration.ofMillis(100), Duration.ofMillis(20), Duration.ofSeconds(1));
		PoolSettings pool = PoolSettings.defaults()
			.withMaxConns(4)
			.withDriverProperties(Map.of("ApplicationName", "watched"));
		AtomicReference<RoutingListener> late = new AtomicReference<>(RoutingListener.NONE);
		this.postgres = NexsPostgres.of(dsn)
			.monitor(quick)
			.pool(pool)
			.collaborators((defaults) -> defaults.withListener(new Late(late)))
			.start();
		this.safety = new SafetyMonitor(this.postgres.pools(), settings);
		this.servers = new ServerMonitor(this.postgres.monitor(), new NodeConnector(pool),
				ServerSettings.every(Duration.ofMillis(100)));
		this.servers.addListener(this.safety);
		this.safety.addListener(this.events::add);
		late.set(RoutingListeners.of(List.of(this.safety)));
		this.safety.start();
		this.servers.start();
	}

	static Watched start(EmbeddedCluster cluster, SafetySettings settings) {
		return new Watched(cluster.dsn(), settings);
	}

	static Watched start(String dsn, SafetySettings settings) {
		return new Watched(dsn, settings);
	}

	static SafetySettings quick(StackPolicy stacks) {
		Duration limit = Duration.ofMillis(400);
		return new SafetySettings(Duration.ofMillis(50), limit, stacks, limit, limit, Duration.ofMinutes(5));
	}

	Connection connection() {
		return this.postgres.dataSource().getConnection();
	}

	NexsPostgres postgres() {
		return this.postgres;
	}

	SafetyMonitor safety() {
		return this.safety;
	}

	ServerMonitor servers() {
		return this.servers;
	}

	Queue<SafetyEvent> events() {
		return this.events;
	}

	<E extends SafetyEvent> E await(Class<E> type) {
		return type.cast(Awaitility.await()
			.until(() -> this.events.stream().filter(type::isInstance).findFirst().orElse(null),
					(event) -> event != null));
	}

	static int ask(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getInt(1);
		}
	}

	@Override
	public void close() {
		this.servers.close();
		this.safety.close();
		this.postgres.close();
	}

	/**
	 * A listener that is there before the one it tells.
	 *
	 * @param target the one it tells
	 */
	private record Late(AtomicReference<RoutingListener> target) implements RoutingListener {

		@Override
		public void executed(Route route, StatementKind kind, long nanos, SQLException failure) {
			this.target.get().executed(route, kind, nanos, failure);
		}

		@Override
		public void failed(Node node, SQLException failure) {
			this.target.get().failed(node, failure);
		}

		@Override
		public void usedConcurrently(Route route, Thread other) {
			this.target.get().usedConcurrently(route, other);
		}

	}

}
