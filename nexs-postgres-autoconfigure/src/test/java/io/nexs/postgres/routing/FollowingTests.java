package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How soon work goes on once a server can do it, and on which connections.
 */
class FollowingTests {

	private static final Logger logger = LoggerFactory.getLogger(FollowingTests.class);

	private static final int WRITERS = 4;

	/** Long against a fast probe, short against HikariCP's pauses of up to 5 s. */
	private static final Duration SOON = Duration.ofSeconds(2);

	/** HikariCP alone tries 10 and 15 s after it first failed. */
	private static final Duration OUTAGE = Duration.ofSeconds(12);

	@Test
	void writersThatWaitGoToTheNewPrimaryAtOnceOnConnectionsThatAreOpen() throws Exception {
		PoolSettings settings = PoolSettings.defaults().withMaxConns(WRITERS);
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster, (builder) -> builder.pool(settings))) {
			RoutingFixture.execute(postgres, "create table item (pid int)");
			EmbeddedNode next = cluster.node("node-2");
			Set<Integer> open = fill(postgres.pools().of("node-2"));
			long created = postgres.pools().of("node-2").snapshot().created();
			cluster.node("node-1").kill();
			Awaitility.await().atMost(RoutingFixture.LONG).until(() -> !postgres.monitor().topology().hasPrimary());
			List<CompletableFuture<Written>> writers = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				writers.add(CompletableFuture.supplyAsync(() -> write(postgres)));
			}
			CompletableFuture<Long> writable = CompletableFuture.supplyAsync(() -> awaitWritable(next));
			cluster.promote("node-2");
			for (CompletableFuture<Written> writer : writers) {
				Written written = writer.get(20, TimeUnit.SECONDS);
				Duration after = Duration.ofNanos(written.at() - writable.get(20, TimeUnit.SECONDS));
				logger.info("A writer went on {} ms after the new primary took writes", after.toMillis());
				assertThat(after).isLessThan(SOON);
				assertThat(open).contains(written.pid());
			}
			assertThat(postgres.pools().of("node-2").snapshot().created()).isEqualTo(created);
		}
	}

	/**
	 * The new primary is there long before anybody who waits for a connection to the old
	 * one gives that up.
	 */
	@Test
	void writersWhoseConnectionsDieGoOnAtOnceWhenTheNextPrimaryComesSoon() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster);
				LedgerWriters writers = new LedgerWriters(postgres, 8)) {
			EmbeddedNode next = cluster.node("node-2");
			Awaitility.await().atMost(RoutingFixture.LONG).until(() -> writers.acknowledged() > 200);
			CompletableFuture<Long> writable = CompletableFuture.supplyAsync(() -> awaitWritable(next));
			cluster.node("node-1").kill();
			RoutingFixture.executeOn(next, "select pg_promote()");
			long since = writable.get(20, TimeUnit.SECONDS);
			Awaitility.await().atMost(RoutingFixture.LONG).until(() -> writers.firstOn(next).size() == 8);
			writers.end();
			List<Long> after = writers.firstOn(next)
				.stream()
				.map((at) -> Duration.ofNanos(at - since).toMillis())
				.sorted()
				.toList();
			logger.info("Writers went on {} ms after the new primary took writes", after);
			assertThat(after).allMatch((millis) -> millis < SOON.toMillis());
		}
	}

	@Test
	void poolAfterALongOutageOpensAConnectionAsSoonAsTheServerIsBack() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(0).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			EmbeddedNode node = cluster.node("node-1");
			node.kill();
			long killed = System.nanoTime();
			CompletableFuture<Written> first = CompletableFuture
				.supplyAsync(() -> borrowed(postgres.pools().of("node-1")));
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> System.nanoTime() - killed > OUTAGE.toNanos());
			assertThat(first).isNotDone();
			CompletableFuture<Long> back = CompletableFuture.supplyAsync(() -> awaitWritable(node));
			node.start();
			Duration after = Duration.ofNanos(first.get(20, TimeUnit.SECONDS).at() - back.get(20, TimeUnit.SECONDS));
			logger.info("The first connection was there {} ms after the server was back", after.toMillis());
			assertThat(after).isLessThan(SOON);
		}
	}

	@Test
	void replicaWhenItIsBackIsUsedAgainSoon() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				NexsPostgres postgres = RoutingFixture.start(cluster)) {
			EmbeddedNode replica = cluster.node("node-2");
			replica.kill();
			Awaitility.await()
				.atMost(RoutingFixture.LONG)
				.until(() -> RoutingFixture.readPort(postgres) == cluster.node("node-1").directPort());
			replica.start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(3))
				.until(() -> RoutingFixture.readPort(postgres) == replica.directPort());
		}
	}

	/**
	 * Opens all connections of a pool.
	 * @return the processes at their other ends
	 */
	private static Set<Integer> fill(NodePool pool) throws SQLException {
		List<Connection> held = new ArrayList<>();
		Set<Integer> pids = new HashSet<>();
		for (int i = 0; i < WRITERS; i++) {
			Connection connection = pool.borrow(10_000);
			held.add(connection);
			pids.add(pid(connection, "select pg_backend_pid()"));
		}
		for (Connection connection : held) {
			pool.giveBack(connection);
		}
		return pids;
	}

	private static Written write(NexsPostgres postgres) {
		return said(postgres, "insert into item values (pg_backend_pid()) returning pid");
	}

	/**
	 * Keeps the adder of the pool busy all the time.
	 */
	private static Written borrowed(NodePool pool) {
		try {
			while (true) {
				Connection connection = pool.borrow(60_000);
				try {
					return new Written(pid(connection, "select pg_backend_pid()"), System.nanoTime());
				}
				catch (SQLException ex) {
					logger.debug("A connection to the server before: {}", ex.getMessage());
				}
				finally {
					pool.giveBack(connection);
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Written said(NexsPostgres postgres, String sql) {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			int pid = pid(connection, sql);
			connection.commit();
			return new Written(pid, System.nanoTime());
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int pid(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getInt(1);
		}
	}

	/**
	 * When a node says on a connection of the harness that it takes writes.
	 */
	static long awaitWritable(EmbeddedNode node) {
		Awaitility.await().pollInterval(Duration.ofMillis(2)).atMost(RoutingFixture.LONG).until(() -> {
			try {
				return RoutingFixture.question(node, "select pg_is_in_recovery()::int") == 0;
			}
			catch (IllegalStateException ex) {
				return false;
			}
		});
		return System.nanoTime();
	}

	/**
	 * A row that was acknowledged.
	 *
	 * @param pid the process that wrote it
	 * @param at when it was acknowledged
	 */
	private record Written(int pid, long at) {

	}

}
