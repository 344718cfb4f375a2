package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.PoolSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What those do who wait because all connections of a node are lent.
 */
class SaturationTests {

	private EmbeddedCluster cluster;

	private NexsPostgres postgres;

	@BeforeEach
	void start() {
		this.cluster = EmbeddedCluster.builder().replicas(1).start();
		this.postgres = RoutingFixture.start(this.cluster,
				(builder) -> builder.monitor(RoutingFixture.quick()).pool(PoolSettings.defaults().withMaxConns(1)));
	}

	@AfterEach
	void stop() {
		assertThat(this.postgres.pools().all()).extracting(NodePool::lent).containsOnly(0);
		this.postgres.close();
		this.cluster.close();
	}

	@Test
	void writeWhenThePrimaryMovesGoesToTheNextAtOnce() throws Exception {
		NodePool pool = this.postgres.pools().of("node-1");
		try (Connection holder = this.postgres.dataSource().getConnection();
				Statement statement = holder.createStatement()) {
			assertThat(RoutingFixture.port(statement)).isEqualTo(this.cluster.node("node-1").directPort());
			CompletableFuture<Integer> write = CompletableFuture.supplyAsync(() -> port(false));
			Awaitility.await().until(() -> pool.snapshot().waiting() == 1);
			// In the middle of the second wait, which is the longest
			Awaitility.await().until(() -> pool.snapshot().timeouts() == 1);
			this.postgres.monitor().maintenance("node-1", true);
			this.cluster.promote("node-2");
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.until(() -> this.postgres.dataSource().topology().primary() != null
						&& this.postgres.dataSource().topology().primary().node().id().equals("node-2"));
			assertThat(write.get(500, TimeUnit.MILLISECONDS)).isEqualTo(this.cluster.node("node-2").directPort());
		}
	}

	private int port(boolean readOnly) {
		try {
			return readOnly ? RoutingFixture.readPort(this.postgres) : RoutingFixture.writePort(this.postgres);
		}
		catch (SQLException ex) {
			throw new CompletionException(ex);
		}
	}

	@Test
	void readWhenTheReplicaIsFullGoesToThePrimary() throws Exception {
		try (Connection holder = this.postgres.dataSource().getConnection()) {
			holder.setReadOnly(true);
			assertThat(RoutingFixture.port(holder)).isEqualTo(this.cluster.node("node-2").directPort());
			assertThat(port(true)).isEqualTo(this.cluster.node("node-1").directPort());
			assertThat(this.postgres.pools().of("node-2").snapshot().timeouts()).isEqualTo(1);
		}
	}

}
