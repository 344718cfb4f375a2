package io.nexs.postgres.safety;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks for threads that wait for each other. Counts are those of which one has a
 * connection or is on its way to one: they use up the pool, and the server sees nothing
 * of it. Other threads of the process are none of our business. Virtual threads are not
 * seen by the JVM's own search. One thread uses it.
 */
final class JvmDeadlocks {

	private static final int DEPTH = 64;

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	/**
	 * Looks.
	 * @param holders ids of the threads that have a connection
	 * @return the deadlocks, by the ids of their threads
	 */
	Map<Set<Long>, SafetyEvent> look(Set<Long> holders) {
		long[] ids = this.threads.isSynchronizerUsageSupported() ? this.threads.findDeadlockedThreads()
				: this.threads.findMonitorDeadlockedThreads();
		if (ids == null) {
			return Map.of();
		}
		Map<Long, ThreadInfo> waiting = new LinkedHashMap<>();
		for (ThreadInfo info : this.threads.getThreadInfo(ids, DEPTH)) {
			if (info != null) {
				waiting.put(info.getThreadId(), info);
			}
		}
		Map<Set<Long>, SafetyEvent> found = new HashMap<>();
		for (Long id : waiting.keySet()) {
			Set<Long> ring = ring(id, waiting);
			if (!found.containsKey(ring) && ring.stream().anyMatch((member) -> isOurs(member, waiting, holders))) {
				found.put(ring, event(ring, waiting, holders));
			}
		}
		return found;
	}

	private static Set<Long> ring(Long start, Map<Long, ThreadInfo> waiting) {
		Set<Long> way = new LinkedHashSet<>();
		ThreadInfo next = waiting.get(start);
		while (next != null && way.add(next.getThreadId())) {
			next = waiting.get(next.getLockOwnerId());
		}
		return way;
	}

	private static boolean isOurs(Long id, Map<Long, ThreadInfo> waiting, Set<Long> holders) {
		ThreadInfo info = waiting.get(id);
		return holders.contains(id) || (info != null && Stacks.isOurs(info.getStackTrace()));
	}

	private static SafetyEvent event(Set<Long> ring, Map<Long, ThreadInfo> waiting, Set<Long> holders) {
		return new SafetyEvent.JvmDeadlock(Instant.now(), ring.stream()
			.map(waiting::get)
			.filter((info) -> info != null)
			.map((info) -> new SafetyEvent.WaitingThread(info.getThreadName(), String.valueOf(info.getLockOwnerName()),
					holders.contains(info.getThreadId()), Stacks.trimmed(info.getStackTrace())))
			.toList());
	}

}
