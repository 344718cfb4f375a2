package io.nexs.postgres.safety;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.pool.Loan;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time which connections are lent. The time of a loan is counted from
 * the look that saw it first, so that a borrow needs no clock. One thread uses it.
 */
final class HeldConnections {

	private static final int DEPTH = 128;

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private final NodePools pools;

	private final SafetySettings settings;

	private Map<LoanKey, Seen> seen = Map.of();

	private Set<Long> holders = Set.of();

	HeldConnections(NodePools pools, SafetySettings settings) {
		this.pools = pools;
		this.settings = settings;
	}

	/**
	 * Looks.
	 * @param now the present, in the time of {@link System#nanoTime()}
	 * @return what is held too long
	 */
	Map<LoanKey, SafetyEvent> look(long now) {
		Map<LoanKey, Seen> next = new HashMap<>();
		Map<LoanKey, SafetyEvent> tooLong = new LinkedHashMap<>();
		Set<Long> holding = new HashSet<>();
		for (NodePool pool : this.pools.all()) {
			for (Loan loan : pool.loans()) {
				LoanKey key = new LoanKey(loan.connection(), loan.number());
				Seen before = this.seen.getOrDefault(key, new Seen(now, null));
				SafetyEvent event = judge(pool, loan, before, now);
				if (event != null) {
					tooLong.put(key, event);
				}
				next.put(key, new Seen(before.first(), event));
				holding.add(loan.holder());
			}
		}
		this.seen = next;
		this.holders = holding;
		return tooLong;
	}

	private @Nullable SafetyEvent judge(NodePool pool, Loan loan, Seen before, long now) {
		Duration held = Duration.ofNanos(now - before.first());
		if (before.event() != null || !SafetySettings.isOver(held, this.settings.heldTooLong())) {
			return before.event();
		}
		ThreadInfo holder = this.threads.getThreadInfo(loan.holder(), DEPTH);
		Throwable taken = loan.taken();
		StackTraceElement[] stack = (taken != null) ? taken.getStackTrace()
				: (holder != null) ? holder.getStackTrace() : new StackTraceElement[0];
		List<StackTraceElement> trimmed = Stacks.trimmed(stack);
		return new SafetyEvent.HeldTooLong(Instant.now(), pool.node().id(), loan.backend(),
				(holder != null) ? holder.getThreadName() : null, held, taken != null, trimmed);
	}

	/**
	 * Ids of the threads that had a connection at the last look.
	 */
	Set<Long> holders() {
		return this.holders;
	}

	/**
	 * A loan.
	 *
	 * @param connection number of the connection
	 * @param number number of its loan
	 */
	record LoanKey(long connection, long number) {

	}

	/**
	 * A loan that was seen.
	 *
	 * @param first when for the first time
	 * @param event that it is held too long
	 */
	private record Seen(long first, @Nullable SafetyEvent event) {

	}

}
