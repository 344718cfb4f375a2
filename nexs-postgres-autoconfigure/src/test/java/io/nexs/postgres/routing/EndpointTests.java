package io.nexs.postgres.routing;

import java.sql.Connection;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An address that leads to different servers in turn is told from a node, and followed,
 * although the connections to the server before stay open.
 */
class EndpointTests {

	@Test
	void endpointIsKnownByItsNextConnectionAndItsPoolIsEmptied() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
				SwitchingForwarder endpoint = new SwitchingForwarder(cluster.node("node-2").directPort());
				NexsPostgres postgres = NexsPostgres
					.of("postgres://postgres@127.0.0.1:" + endpoint.port() + "/postgres")
					.start()) {
			Awaitility.await().until(() -> state(postgres).role() == NodeRole.REPLICA);
			assertThat(state(postgres).endpoint()).isFalse();
			assertThat(RoutingFixture.readPort(postgres)).isEqualTo(cluster.node("node-2").directPort());
			endpoint.target(cluster.node("node-1").directPort());
			Connection opened = postgres.pools().of("node-1").borrow(5000);
			Connection other = postgres.pools().of("node-1").borrow(5000);
			Connection more = postgres.pools().of("node-1").borrow(5000);
			for (Connection connection : new Connection[] { opened, other, more }) {
				postgres.pools().of("node-1").giveBack(connection);
			}
			Awaitility.await().until(() -> state(postgres).role() == NodeRole.PRIMARY);
			assertThat(state(postgres).endpoint()).isTrue();
			assertThat(RoutingFixture.writePort(postgres)).isEqualTo(cluster.node("node-1").directPort());
		}
	}

	private static NodeState state(NexsPostgres postgres) {
		return RoutingFixture.state(postgres, "node-1");
	}

}
