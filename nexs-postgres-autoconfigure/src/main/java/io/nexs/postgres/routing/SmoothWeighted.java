package io.nexs.postgres.routing;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Takes the nodes in turn, each as often as its weight says, evenly spread: weights 5, 1,
 * 1 give {@code a a b a c a a}. Thread-safe, without a lock: the turn is computed once
 * per set of nodes, by the smooth weighted round-robin of nginx.
 */
public final class SmoothWeighted implements Balancer {

	private static final int LONGEST_TURN = 10_000;

	private final AtomicInteger next = new AtomicInteger();

	private volatile @Nullable Turn turn;

	@Override
	public int choose(List<? extends Candidate> candidates) {
		Turn current = this.turn;
		if (current == null || current.candidates != candidates) {
			current = new Turn(candidates);
			this.turn = current;
		}
		return current.order[Integer.remainderUnsigned(this.next.getAndIncrement(), current.order.length)];
	}

	/**
	 * The order in which one set of nodes is taken.
	 */
	private static final class Turn {

		private final List<? extends Candidate> candidates;

		private final int[] order;

		Turn(List<? extends Candidate> candidates) {
			this.candidates = candidates;
			this.order = smooth(weights(candidates));
		}

		private static int[] weights(List<? extends Candidate> candidates) {
			int[] weights = new int[candidates.size()];
			int divisor = 0;
			for (int i = 0; i < weights.length; i++) {
				weights[i] = Math.max(1, candidates.get(i).weight());
				divisor = greatestCommonDivisor(weights[i], divisor);
			}
			for (int i = 0; i < weights.length; i++) {
				weights[i] /= divisor;
			}
			return weights;
		}

		private static int[] smooth(int[] weights) {
			int total = Arrays.stream(weights).sum();
			int[] order = new int[Math.min(total, LONGEST_TURN)];
			int[] current = new int[weights.length];
			for (int turn = 0; turn < order.length; turn++) {
				int best = 0;
				for (int i = 0; i < weights.length; i++) {
					current[i] += weights[i];
					if (current[i] > current[best]) {
						best = i;
					}
				}
				current[best] -= total;
				order[turn] = best;
			}
			return order;
		}

		private static int greatestCommonDivisor(int a, int b) {
			return (b == 0) ? a : greatestCommonDivisor(b, a % b);
		}

	}

}
