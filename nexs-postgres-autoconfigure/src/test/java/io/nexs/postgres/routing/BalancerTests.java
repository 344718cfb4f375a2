package io.nexs.postgres.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the balancers.
 */
class BalancerTests {

	private static Candidate candidate(String id, int weight, int active, double latency) {
		Node node = new Node(id, PostgresDsn.of(new HostAndPort("localhost", 5432), "db"), weight, null, Set.of());
		return new Candidate() {

			@Override
			public Node node() {
				return node;
			}

			@Override
			public int activeConnections() {
				return active;
			}

			@Override
			public double latencyNanos() {
				return latency;
			}

		};
	}

	private static int[] counts(Balancer balancer, List<Candidate> candidates, int rounds) {
		int[] counts = new int[candidates.size()];
		for (int i = 0; i < rounds; i++) {
			counts[balancer.choose(candidates)]++;
		}
		return counts;
	}

	private static final List<Candidate> EQUAL = List.of(candidate("a", 1, 0, 0), candidate("b", 1, 0, 0),
			candidate("c", 1, 0, 0));

	@Test
	void roundRobinTakesEachInTurn() {
		assertThat(counts(new RoundRobin(), EQUAL, 300)).containsExactly(100, 100, 100);
	}

	@Test
	void randomChoiceTakesAllAboutEquallyOften() {
		assertThat(counts(new RandomChoice(), EQUAL, 30_000)).satisfies(
				(counts) -> assertThat(IntStream.of(counts)).allMatch((count) -> count > 9_000 && count < 11_000));
	}

	@Test
	void smoothWeightedSpreadsByWeightAndEvenly() {
		List<Candidate> candidates = List.of(candidate("a", 5, 0, 0), candidate("b", 1, 0, 0), candidate("c", 1, 0, 0));
		SmoothWeighted balancer = new SmoothWeighted();
		List<Integer> order = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			order.add(balancer.choose(candidates));
		}
		assertThat(order).containsExactly(0, 0, 1, 0, 2, 0, 0);
	}

	@Test
	void smoothWeightedReducesWeightsWithACommonDivisor() {
		List<Candidate> candidates = List.of(candidate("a", 1000, 0, 0), candidate("b", 500, 0, 0));
		assertThat(counts(new SmoothWeighted(), candidates, 3)).containsExactly(2, 1);
	}

	@Test
	void smoothWeightedFollowsAnotherSetOfNodes() {
		SmoothWeighted balancer = new SmoothWeighted();
		counts(balancer, EQUAL, 5);
		List<Candidate> two = List.of(candidate("a", 1, 0, 0), candidate("b", 3, 0, 0));
		assertThat(counts(balancer, two, 400)).containsExactly(100, 300);
	}

	@Test
	void leastConnectionsTakesTheIdlestInRelationToWeight() {
		assertThat(counts(new LeastConnections(), List.of(candidate("a", 1, 3, 0), candidate("b", 1, 2, 0)), 50))
			.containsExactly(0, 50);
		assertThat(counts(new LeastConnections(), List.of(candidate("a", 4, 4, 0), candidate("b", 1, 2, 0)), 50))
			.containsExactly(50, 0);
	}

	@Test
	void leastConnectionsWhenEqualTakesAny() {
		assertThat(counts(new LeastConnections(), EQUAL, 3000))
			.satisfies((counts) -> assertThat(IntStream.of(counts)).allMatch((count) -> count > 500));
	}

	@Test
	void peakEwmaAvoidsTheSlowestOfMany() {
		List<Candidate> candidates = List.of(candidate("a", 1, 0, 100), candidate("b", 1, 0, 110),
				candidate("slow", 1, 0, 5000));
		int[] counts = counts(new PeakEwma(), candidates, 3000);
		assertThat(counts[2]).isZero();
		assertThat(counts[1]).as("one fast node does not draw all the traffic").isGreaterThan(500);
	}

	@Test
	void peakEwmaWeighsWorkInProgress() {
		List<Candidate> candidates = List.of(candidate("a", 1, 9, 100), candidate("b", 1, 0, 500));
		assertThat(counts(new PeakEwma(), candidates, 100)).containsExactly(0, 100);
	}

	@Test
	void nodeLoadTakesAnAnswerNobodyTimedForOneOfTheMomentOfTheLastQuestion() {
		NodeLoad load = new NodeLoad();
		long made = load.answeredAt();
		long before = System.nanoTime();
		long none = load.answeredAt();
		long asked = System.nanoTime();
		load.answered();
		long answered = load.answeredAt();
		assertThat(none).as("there was no answer yet").isEqualTo(made);
		assertThat(answered).isBetween(before, asked);
		assertThat(load.answeredAt()).as("there was no other one").isEqualTo(answered);
	}

	@Test
	void nodeLoadWantsSamplesFromTheFirstQuestionForTheLatencyOn() {
		NodeLoad load = new NodeLoad();
		assertThat(load.isWanted()).isFalse();
		load.latencyNanos();
		assertThat(load.isWanted()).isTrue();
	}

	@Test
	void nodeLoadFollowsPeaksAtOnceAndDecays() {
		NodeLoad load = new NodeLoad();
		long now = System.nanoTime();
		load.record(1_000, now);
		load.record(1_000_000, now);
		assertThat(load.latencyNanos()).isGreaterThan(900_000);
		load.record(1_000, now + 10_000_000_000L);
		load.record(1_000, now + 20_000_000_000L);
		load.record(1_000, now + 30_000_000_000L);
		assertThat(load.latencyNanos()).isLessThan(200_000);
	}

}
