package io.nexs.sample.live;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.pool.PoolSnapshot;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RouteReason;
import io.nexs.postgres.routing.StatementKind;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class LiveStatesTests {

	private final Node node = new Node("node-1",
			PostgresDsn.parse("postgres://ada:hidden@10.0.0.1:5433/ledger?sslpassword=hidden"), 1, "zone", Set.of());

	@Test
	void nodeIsShownWithoutSecrets() {
		NodeState state = new NodeState(this.node, NodeRole.REPLICA, NodeStatus.HEALTHY, 3, null, 42, -1, 1_234_567,
				null, false, true, false, 0, 1, null, null);
		LiveState.LiveNode shown = LiveStates.node(state, new PoolSnapshot(1, 2, 3, 10, 0, 0, 0, 0, 0),
				new TrafficRates.Rate(1.5, 0, 0));
		assertThat(shown).isEqualTo(new LiveState.LiveNode("node-1", "10.0.0.1:5433", "replica", "healthy", 3, 42L,
				null, true, 1.235, null, new TrafficRates.Rate(1.5, 0, 0), 1, 10));
		assertThat(JsonMapper.shared().writeValueAsString(shown)).doesNotContain("hidden", "ada", "ledger");
	}

	@Test
	void nodeThatNeverAnsweredIsUnknown() {
		NodeState state = new NodeState(this.node, NodeRole.UNKNOWN, NodeStatus.SUSPECT, 0, null, -1, -1, 0, null,
				false, false, false, 0, 0, null, "no answer");
		LiveState.LiveNode shown = LiveStates.node(state, new PoolSnapshot(0, 0, 0, 10, 0, 0, 0, 0, 0),
				TrafficRates.Rate.NONE);
		assertThat(shown)
			.extracting(LiveState.LiveNode::timeline, LiveState.LiveNode::lagBytes, LiveState.LiveNode::latencyMillis)
			.containsOnlyNulls();
		assertThat(shown.error()).isEqualTo("no answer");
	}

	@Test
	void ratesAreThoseSinceTheLastMeasurement() {
		TrafficRates rates = new TrafficRates();
		long start = System.nanoTime();
		rates.measure(start);
		feed(rates, RouteReason.READ_ONLY, 30, null);
		feed(rates, RouteReason.WRITE_TRANSACTION, 8, null);
		feed(rates, RouteReason.NO_TRANSACTION, 2, new SQLException());
		assertThat(rates.of("node-1")).isEqualTo(TrafficRates.Rate.NONE);
		rates.measure(start + TimeUnit.SECONDS.toNanos(2));
		assertThat(rates.of("node-1")).isEqualTo(new TrafficRates.Rate(15, 5, 1));
		feed(rates, RouteReason.FALLBACK_TO_PRIMARY, 3, null);
		rates.measure(start + TimeUnit.SECONDS.toNanos(3));
		assertThat(rates.of("node-1")).isEqualTo(new TrafficRates.Rate(3, 0, 0));
		rates.measure(start + TimeUnit.SECONDS.toNanos(4));
		assertThat(rates.of("node-1")).isEqualTo(TrafficRates.Rate.NONE);
	}

	@Test
	void historyKeepsTheLatestEvents() {
		LiveHistory history = new LiveHistory(Clock.systemUTC());
		IntStream.rangeClosed(1, LiveHistory.KEPT + 5).forEach((i) -> history.add("Kind", "text " + i));
		List<LiveEvent> kept = history.after(0);
		assertThat(kept).hasSize(LiveHistory.KEPT);
		assertThat(kept.get(0).text()).isEqualTo("text 6");
		assertThat(history.after(LiveHistory.KEPT + 3L)).extracting(LiveEvent::text)
			.containsExactly("text " + (LiveHistory.KEPT + 4), "text " + (LiveHistory.KEPT + 5));
		assertThat(history.after(LiveHistory.KEPT + 5L)).isEmpty();
	}

	private void feed(TrafficRates rates, RouteReason reason, int times, SQLException failure) {
		Route route = new Route(this.node, NodeRole.PRIMARY, reason);
		for (int i = 0; i < times; i++) {
			rates.executed(route, StatementKind.QUERY, 1, failure);
		}
	}

}
