package io.nexs.postgres.failover;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.failover.FailoverEvent.FailoverCompleted;
import io.nexs.postgres.failover.FailoverEvent.FailoverFailed;
import io.nexs.postgres.failover.FailoverEvent.FailoverStarted;
import io.nexs.postgres.failover.FailoverEvent.ReadFallbackBegan;
import io.nexs.postgres.failover.FailoverEvent.ReadFallbackEnded;
import io.nexs.postgres.failover.FailoverEvent.StateChanged;
import io.nexs.postgres.failover.WriteWaiting.Ticket;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * States, events and times of failovers, with a clock turned by hand.
 */
class FailoverTrackerTests {

	private final FailoverSettings settings = FailoverSettings.defaults().withWaitTimeout(Duration.ofSeconds(5));

	private final WriteWaiting waiting = new WriteWaiting(this.settings);

	private final FailoverTracker tracker = new FailoverTracker(this.settings, this.waiting);

	private final Topologies cluster = new Topologies();

	@Test
	void stateWhenThePrimaryIsFirstSeenIsActiveWithoutALoss() {
		assertThat(next()).containsExactly(new StateChanged(FailoverState.FAILED, FailoverState.RECOVERING),
				new StateChanged(FailoverState.RECOVERING, FailoverState.ACTIVE));
		assertThat(statistics().history()).isEmpty();
		assertThat(statistics().state()).isEqualTo(FailoverState.ACTIVE);
	}

	@Test
	void timesWhenAnotherNodeIsPromotedAreKeptApart() {
		next();
		this.cluster.after(900).probed();
		next();
		this.cluster.after(40).set(1, NodeRole.PRIMARY, NodeStatus.SUSPECT);
		assertThat(next()).containsExactly(
				new FailoverStarted(Topologies.node(1), "08001: refused", Duration.ofMillis(40)),
				new StateChanged(FailoverState.ACTIVE, FailoverState.FAILED));
		Ticket first = enter();
		Ticket second = enter();
		this.cluster.after(3000).set(1, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		promote(2);
		assertThat(next()).containsExactly(new StateChanged(FailoverState.FAILED, FailoverState.RECOVERING));
		serve(first, 4);
		serve(second, 6);
		this.cluster.after(15);
		List<FailoverEvent> told = next();
		assertThat(told).last().isEqualTo(new StateChanged(FailoverState.RECOVERING, FailoverState.ACTIVE));
		FailoverRecord failover = ((FailoverCompleted) told.get(0)).failover();
		assertThat(failover.describe())
			.isEqualTo("Primary node-1 -> node-2, timeline 2: detection 40 ms, promotion 3000 ms, release 10 ms;"
					+ " 2 writes waited");
		assertThat(failover.firstRelease()).isEqualTo(Duration.ofMillis(4));
		assertThat(failover.outcome()).isEqualTo(FailoverOutcome.CHANGED);
		assertThat(statistics().history()).containsExactly(failover);
		assertThat(statistics().failovers()).isEqualTo(1);
		assertThat(statistics().primaryUptime()).isEqualTo(Duration.ofMillis(25));
	}

	@Test
	void lossWhenTheSameNodeComesBackIsAReturn() {
		next();
		this.cluster.after(10).set(1, NodeRole.PRIMARY, NodeStatus.SUSPECT);
		next();
		this.cluster.after(20).set(1, NodeRole.PRIMARY, NodeStatus.HEALTHY).probed();
		assertThat(next()).hasSize(3);
		assertThat(statistics().returns()).isEqualTo(1);
		assertThat(statistics().failovers()).isZero();
		assertThat(statistics().history().get(0).outcome()).isEqualTo(FailoverOutcome.RETURNED);
	}

	@Test
	void switchWhenSeenInOneStepIsALossWithoutPromotionTime() {
		next();
		this.cluster.after(100).set(1, NodeRole.REPLICA, NodeStatus.HEALTHY);
		promote(2);
		assertThat(next()).hasAtLeastOneElementOfType(FailoverStarted.class)
			.hasAtLeastOneElementOfType(FailoverCompleted.class);
		FailoverRecord failover = statistics().history().get(0);
		assertThat(failover.promotion()).isZero();
		assertThat(failover.release()).isNull();
		assertThat(failover.timelineBefore()).isEqualTo(1);
		assertThat(failover.timelineAfter()).isEqualTo(2);
	}

	@Test
	void stateWhenNoReplicaServesAfterAChangeIsRecoveringUntilOneDoes() {
		next();
		this.cluster.after(10).set(1, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		next();
		this.cluster.after(10).set(3, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		promote(2);
		assertThat(next()).hasAtLeastOneElementOfType(ReadFallbackBegan.class);
		this.cluster.after(10).probed();
		assertThat(next()).isEmpty();
		assertThat(statistics().state()).isEqualTo(FailoverState.RECOVERING);
		this.cluster.after(10).set(3, NodeRole.REPLICA, NodeStatus.HEALTHY);
		assertThat(next()).containsExactly(new ReadFallbackEnded(List.of(Topologies.node(3))),
				new StateChanged(FailoverState.RECOVERING, FailoverState.ACTIVE));
	}

	@Test
	void stateWhenTheNewPrimaryHasAnsweredOnceIsRecovering() {
		next();
		this.cluster.after(10).set(1, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		next();
		promote(2);
		this.cluster.after(10).set(2, NodeRole.PRIMARY, NodeStatus.RECOVERING);
		next();
		assertThat(statistics().state()).isEqualTo(FailoverState.RECOVERING);
		this.cluster.after(10).set(2, NodeRole.PRIMARY, NodeStatus.HEALTHY);
		next();
		assertThat(statistics().state()).isEqualTo(FailoverState.ACTIVE);
	}

	@Test
	void lossWhenLongerThanAWriteWaitsIsToldAsFailedOnce() {
		next();
		this.cluster.after(10).set(1, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		next();
		this.cluster.after(5000);
		assertThat(next()).isEmpty();
		this.cluster.after(1);
		assertThat(next()).hasOnlyElementsOfType(FailoverFailed.class).hasSize(1);
		this.cluster.after(1000);
		assertThat(next()).isEmpty();
		assertThat(statistics().failed()).isEqualTo(1);
		assertThat(statistics().history().get(0).outcome()).isEqualTo(FailoverOutcome.RUNNING);
	}

	@Test
	void lossWhenThePrimaryIsLostAgainBeforeAllAreReleasedIsClosed() {
		next();
		this.cluster.after(10).set(1, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		next();
		enter();
		promote(2);
		next();
		this.cluster.after(10).set(2, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		assertThat(next()).hasAtLeastOneElementOfType(FailoverCompleted.class)
			.hasAtLeastOneElementOfType(FailoverStarted.class);
		assertThat(statistics().history()).extracting(FailoverRecord::number).containsExactly(2, 1);
		assertThat(statistics().state()).isEqualTo(FailoverState.FAILED);
	}

	@Test
	void nodeWhenFencedOrInMaintenanceIsTold() {
		next();
		assertThat(next(Topologies.moved(1, NodeStatus.HEALTHY, NodeStatus.FENCED)))
			.containsExactly(new FailoverEvent.NodeFenced(Topologies.node(1), "a newer primary is known"));
		assertThat(statistics().fenced()).isEqualTo(1);
		assertThat(next(Topologies.moved(2, NodeStatus.HEALTHY, NodeStatus.MAINTENANCE)))
			.containsExactly(new FailoverEvent.MaintenanceBegan(Topologies.node(2)));
		assertThat(next(Topologies.moved(2, NodeStatus.MAINTENANCE, NodeStatus.RECOVERING)))
			.containsExactly(new FailoverEvent.MaintenanceEnded(Topologies.node(2)));
	}

	@Test
	void uptimeWhenANodeIsLostAndBackHasItsRecoveryTime() {
		next();
		this.cluster.after(100).set(3, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		next();
		assertThat(statistics().nodes().get(2).uptime()).isZero();
		this.cluster.after(700).set(3, NodeRole.REPLICA, NodeStatus.RECOVERING);
		next();
		this.cluster.after(50);
		next();
		assertThat(statistics().nodes().get(2))
			.isEqualTo(new NodeUptime("node-3", true, Duration.ofMillis(50), 1, Duration.ofMillis(700)));
		assertThat(statistics().nodes().get(1).uptime()).isEqualTo(Duration.ofMillis(850));
	}

	@Test
	void historyWhenANodeIsSuspectedAgainAndAgainKeepsTheChange() {
		next();
		this.cluster.after(10).set(1, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY);
		next();
		promote(2);
		next();
		for (int i = 0; i < 50; i++) {
			this.cluster.after(10).set(2, NodeRole.PRIMARY, NodeStatus.SUSPECT);
			next();
			this.cluster.after(10).set(2, NodeRole.PRIMARY, NodeStatus.HEALTHY);
			next();
		}
		assertThat(statistics().history()).hasSize(32);
		assertThat(statistics().history()).last().extracting(FailoverRecord::number).isEqualTo(1);
		assertThat(statistics().returns()).isEqualTo(50);
	}

	@Test
	void nodeWhenItsProbesTakeFiveTimesAsLongIsSlowUntilTheyDoNot() {
		for (int i = 0; i < 30; i++) {
			assertThat(probe(400_000)).isEmpty();
		}
		assertThat(probe(80_000_000)).isEmpty();
		for (int i = 0; i < 30; i++) {
			assertThat(probe(400_000)).as("one late answer").isEmpty();
		}
		List<FailoverEvent> slow = Stream.generate(() -> probe(40_000_000)).limit(10).flatMap(List::stream).toList();
		assertThat(slow).hasOnlyElementsOfType(FailoverEvent.NodeSlow.class).hasSize(3);
		assertThat(statistics().slow()).containsExactlyInAnyOrder("node-1", "node-2", "node-3");
		List<FailoverEvent> fast = Stream.generate(() -> probe(500_000)).limit(20).flatMap(List::stream).toList();
		assertThat(fast).hasOnlyElementsOfType(FailoverEvent.NodeFastAgain.class).hasSize(3);
		assertThat(statistics().slow()).isEmpty();
	}

	@Test
	void nodeWhenSlowForLongIsUsualThen() {
		for (int i = 0; i < 30; i++) {
			probe(20_000_000);
		}
		List<FailoverEvent> told = Stream.generate(() -> probe(200_000_000)).limit(300).flatMap(List::stream).toList();
		assertThat(told).extracting((event) -> (Object) event.getClass())
			.contains(FailoverEvent.NodeSlow.class, FailoverEvent.NodeFastAgain.class)
			.hasSize(6);
	}

	@Test
	void nodeWhenItsProbesTakeMicrosecondsMoreIsNotSlow() {
		for (int i = 0; i < 30; i++) {
			probe(100_000);
		}
		assertThat(Stream.generate(() -> probe(5_000_000)).limit(20).flatMap(List::stream)).isEmpty();
	}

	private List<FailoverEvent> probe(long latencyNanos) {
		this.cluster.after(1000).probed().latency(latencyNanos);
		return next().stream().filter((event) -> !(event instanceof StateChanged)).toList();
	}

	@Test
	void stateWhenMovedFollowsTheTable() {
		assertThat(FailoverState.ACTIVE.canBecome(FailoverState.FAILED)).isTrue();
		assertThat(FailoverState.FAILED.canBecome(FailoverState.ACTIVE)).isFalse();
		assertThat(FailoverState.FAILED.canBecome(FailoverState.RECOVERING)).isTrue();
		assertThat(FailoverState.RECOVERING.canBecome(FailoverState.RECOVERING)).isFalse();
	}

	private void promote(int node) {
		this.cluster.set(node, NodeRole.PRIMARY, NodeStatus.HEALTHY).timeline(node);
	}

	private Ticket enter() {
		return Objects.requireNonNull(this.waiting.enter(this.cluster.now().nanos()));
	}

	private void serve(Ticket ticket, long afterMillis) {
		this.cluster.after(afterMillis);
		this.waiting.served(this.cluster.now().nanos());
		this.waiting.leave(ticket);
	}

	private List<FailoverEvent> next(ClusterEvent... changes) {
		return this.tracker.next(this.cluster.topology(), List.of(changes), this.cluster.now());
	}

	private FailoverStatistics statistics() {
		return FailoverReport.of(this.tracker, this.waiting.snapshot(), this.cluster.now());
	}

}
