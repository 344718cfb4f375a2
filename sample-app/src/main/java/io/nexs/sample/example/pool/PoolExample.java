package io.nexs.sample.example.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.postgres.routing.RoutingSettings;
import io.nexs.sample.example.Example;
import io.nexs.sample.example.SecondDataSource;
import io.nexs.sample.example.Steps;
import io.nexs.sample.example.Until;

import org.springframework.stereotype.Component;

/**
 * How a pool is bounded, what happens when it is exhausted, how it ends.
 */
@Component
class PoolExample implements Example {

	private static final Duration PATIENCE = Duration.ofMillis(300);

	private static final Duration DRAIN = Duration.ofSeconds(5);

	private final NodePools pools;

	private final MeterRegistry meters;

	private final FailoverManager failover;

	private final RoutingDataSource dataSource;

	private final SecondDataSource second;

	PoolExample(NodePools pools, MeterRegistry meters, FailoverManager failover, RoutingDataSource dataSource,
			SecondDataSource second) {
		this.pools = pools;
		this.meters = meters;
		this.failover = failover;
		this.dataSource = dataSource;
		this.second = second;
	}

	@Override
	public String name() {
		return "pool";
	}

	@Override
	public String shows() {
		return "bounds of a pool, what happens when it is exhausted, meters, draining and closing";
	}

	@Override
	public void run(Steps steps) throws Exception {
		steps.run("The pools of the application, one for each node", this::figures);
		exhaust(steps);
		steps.run("What the meters say of waits for a connection since the start", this::acquires);
		drain(steps);
	}

	private Map<String, Figures> figures() {
		Map<String, Figures> figures = new TreeMap<>();
		for (NodePool pool : this.pools.all()) {
			figures.put(pool.node().id(), Figures.of(pool.snapshot()));
		}
		return figures;
	}

	private void exhaust(Steps steps) throws Exception {
		NexsPostgres small = small();
		try {
			Connection first = lend(small);
			Connection other = lend(small);
			steps.run("A data source of its own with two connections, both of them lent",
					() -> Figures.of(small.pools().all().get(0).snapshot()));
			steps.fails("A third borrower is refused after 300 ms", SQLException.class, () -> lend(small));
			CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> borrow(small));
			Until.holds("it waits", () -> small.pools().all().get(0).snapshot().waiting() > 0);
			steps.run("Another one waits and gets the connection that is given back", () -> {
				first.close();
				return waiting.join();
			});
			close(steps, small, other);
		}
		finally {
			small.close();
		}
	}

	private NexsPostgres small() {
		return this.second.onPrimary()
			.pool(PoolSettings.defaults().withMaxConns(2))
			.routing(RoutingSettings.defaults().withAcquireTimeout(PATIENCE))
			.drainTimeout(DRAIN)
			.start();
	}

	/**
	 * A handle has a connection from its first statement on.
	 */
	private static Connection lend(NexsPostgres postgres) throws SQLException {
		Connection connection = postgres.dataSource().getConnection();
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1");
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private static String borrow(NexsPostgres postgres) {
		long begin = System.nanoTime();
		try {
			lend(postgres).close();
			return "lent after " + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms";
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Closing waits for what is lent, here for a statement that takes 200 ms.
	 */
	private static void close(Steps steps, NexsPostgres small, Connection lent) throws Exception {
		CompletableFuture<String> work = CompletableFuture.supplyAsync(() -> {
			try (lent; Statement statement = lent.createStatement()) {
				statement.execute("select pg_sleep(0.2)");
				return "the statement under way was finished";
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		steps.run("Closing the data source waits for what is lent", () -> {
			small.close();
			return work.join();
		});
	}

	private Map<String, String> acquires() {
		Map<String, String> waits = new TreeMap<>();
		for (Timer timer : this.meters.find("nexs.db.acquires").tag("outcome", "success").timers()) {
			waits.merge(String.valueOf(timer.getId().getTag("node")),
					timer.count() + " borrows, " + Math.round(timer.mean(TimeUnit.MICROSECONDS)) + " us on average",
					String::concat);
		}
		return waits;
	}

	private void drain(Steps steps) throws Exception {
		NodeState replica = this.dataSource.topology()
			.nodes()
			.stream()
			.filter((node) -> node.role() == NodeRole.REPLICA && node.status() == NodeStatus.HEALTHY)
			.findFirst()
			.orElse(null);
		if (replica == null) {
			steps.skip("A replica is drained", "there is none");
			return;
		}
		NodePool pool = this.pools.of(replica.id());
		try {
			steps.run("A replica is drained: it gets no new work, and its connections are closed", () -> {
				boolean drained = this.failover.drain(replica.id(), DRAIN);
				return replica.id() + (drained ? " drained, " : " not drained in time, ") + pool.snapshot().total()
						+ " connections left";
			});
		}
		finally {
			this.failover.resume(replica.id());
		}
		steps.run("It is resumed", () -> {
			Until.holds("it is back", () -> this.dataSource.topology().node(replica.id()).servesReads());
			return replica.id() + " serves reads again";
		});
	}

}
