package io.nexs.postgres.routing;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RoutingControl} on a primary and two replicas.
 */
class RoutingControlTests {

	private static EmbeddedCluster cluster;

	private NexsPostgres postgres;

	private RoutingControl control;

	@BeforeAll
	static void start() {
		cluster = EmbeddedCluster.builder().replicas(2).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@BeforeEach
	void open() {
		this.postgres = RoutingFixture.start(cluster, (builder) -> builder.monitor(RoutingFixture.quick()));
		this.control = this.postgres.control();
	}

	@AfterEach
	void close() {
		this.postgres.close();
	}

	private Map<Integer, Integer> reads(int count) throws SQLException {
		Map<Integer, Integer> byPort = new HashMap<>();
		for (int i = 0; i < count; i++) {
			byPort.merge(RoutingFixture.readPort(this.postgres), 1, Integer::sum);
		}
		return byPort;
	}

	private static int portOf(String node) {
		return cluster.node(node).directPort();
	}

	@Test
	void preferenceWhenChangedHoldsForTheNextReadAndIsTakenBack() throws SQLException {
		Queue<RoutingChanged> events = new ConcurrentLinkedQueue<>();
		this.control.addListener(events::add);
		this.control.change(RoutingChange.NONE.withPreference(ReadPreference.PRIMARY));
		assertThat(reads(4)).containsOnlyKeys(RoutingFixture.primaryPort(cluster));
		this.control.reset();
		assertThat(reads(4)).doesNotContainKey(RoutingFixture.primaryPort(cluster));
		assertThat(events).extracting((event) -> event.after().preference())
			.containsExactly(ReadPreference.PRIMARY, ReadPreference.SECONDARY_PREFERRED);
	}

	@Test
	void weightsAndBalancerWhenChangedShareTheNextReads() throws SQLException {
		List<String> replicas = new ArrayList<>(cluster.replicas().stream().map((node) -> node.id()).toList());
		this.control.change(RoutingChange.NONE.withBalancer(BalancerKind.WEIGHTED));
		assertThat(reads(8)).containsEntry(portOf(replicas.get(0)), 4).containsEntry(portOf(replicas.get(1)), 4);
		this.control.change(replicas.get(0), RoutingChange.NONE.withWeight(3));
		assertThat(reads(8)).containsEntry(portOf(replicas.get(0)), 6).containsEntry(portOf(replicas.get(1)), 2);
		this.control.change(replicas.get(0), RoutingChange.NONE.withWeight(0));
		assertThat(reads(8)).containsOnlyKeys(portOf(replicas.get(1)));
	}

	@Test
	void changeWhenTheSameIsWantedIsNone() {
		Queue<RoutingChanged> events = new ConcurrentLinkedQueue<>();
		this.control.addListener(events::add);
		this.control.change(RoutingChange.NONE.withBalancer(BalancerKind.ROUND_ROBIN)
			.withPreference(ReadPreference.SECONDARY_PREFERRED));
		this.control.change("node-2", RoutingChange.NONE.withWeight(1));
		assertThat(events).isEmpty();
	}

	@Test
	void changesSurviveAChangeOfThePrimary() throws SQLException {
		this.control
			.change(RoutingChange.NONE.withPreference(ReadPreference.PRIMARY).withBalancer(BalancerKind.RANDOM));
		String next = cluster.replicas().get(0).id();
		cluster.switchover(next);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> RoutingFixture.state(this.postgres, next)
				.equals(this.postgres.monitor().topology().primary()));
		assertThat(reads(4)).containsOnlyKeys(portOf(next));
		assertThat(this.control.rules().kind()).isEqualTo(BalancerKind.RANDOM);
	}

	@Test
	void orderThatCannotBeCarriedOutIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.control.change("node-9", RoutingChange.NONE))
			.withMessageStartingWith("There is no node 'node-9'");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.control.change("node-2", RoutingChange.NONE.withWeight(1001)))
			.withMessage("A weight is between 0 (a reserve) and 1000, not 1001");
		assertThatIllegalArgumentException().isThrownBy(() -> this.control.change(RoutingChange.NONE.withWeight(1)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.control.change("node-2", RoutingChange.NONE.withPreference(ReadPreference.PRIMARY)));
	}

	@Test
	void balancerOfTheApplicationIsNotReplaced() {
		RoutingControl own = new RoutingControl(this.postgres.pools(), ReadPreference.NEAREST, new PeakEwma());
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> own
				.change(RoutingChange.NONE.withBalancer(BalancerKind.RANDOM).withPreference(ReadPreference.PRIMARY)))
			.withMessage("Reads are balanced by a bean of the application, PeakEwma, which is not replaced by 'random';"
					+ " remove the bean to choose one by name");
		assertThat(own.rules()).isEqualTo(own.configured());
		own.change(RoutingChange.NONE.withPreference(ReadPreference.PRIMARY));
		assertThat(own.rules().preference()).isEqualTo(ReadPreference.PRIMARY);
	}

}
