package io.nexs.postgres.safety;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

import io.nexs.postgres.server.LockWait;
import io.nexs.postgres.server.ServerSession;
import org.jspecify.annotations.Nullable;

/**
 * Something that endangers the application, made known once. Published as an application
 * event. Immutable. There is no text of a statement, no parameter, and no name of a
 * locked object in it; names of threads and methods are.
 */
public sealed interface SafetyEvent {

	/**
	 * When it was found.
	 * @return the moment
	 */
	Instant at();

	/**
	 * Kind of the finding.
	 * @return the kind
	 */
	SafetyKind kind();

	/**
	 * The finding in one line, for people.
	 * @return the line
	 */
	String describe();

	/**
	 * The server ended a transaction of this application because of a deadlock.
	 *
	 * @param at when it was found
	 * @param node id of the node
	 * @param ring the processes that waited for each other, that of this application
	 * first; empty where the server did not say, as on a standby
	 */
	record ServerDeadlock(Instant at, String node, List<DeadlockEdge> ring) implements SafetyEvent {

		public ServerDeadlock {
			ring = List.copyOf(ring);
		}

		@Override
		public SafetyKind kind() {
			return SafetyKind.SERVER_DEADLOCK;
		}

		@Override
		public String describe() {
			return "Deadlock on " + this.node
					+ (this.ring.isEmpty() ? ""
							: ": " + this.ring.stream()
								.map((edge) -> "process " + edge.pid() + " waited for " + edge.blockedBy()
										+ (edge.lock().isEmpty() ? "" : " (" + edge.lock() + ")"))
								.collect(Collectors.joining(", ")));
		}

	}

	/**
	 * Threads of this process wait for each other for ever.
	 *
	 * @param at when it was found
	 * @param threads the threads
	 */
	record JvmDeadlock(Instant at, List<WaitingThread> threads) implements SafetyEvent {

		public JvmDeadlock {
			threads = List.copyOf(threads);
		}

		@Override
		public SafetyKind kind() {
			return SafetyKind.JVM_DEADLOCK;
		}

		@Override
		public String describe() {
			return "Deadlock of threads: " + this.threads.stream()
				.map((thread) -> thread.name() + " waits for " + thread.waitsFor() + " at "
						+ Stacks.line(thread.stack()))
				.collect(Collectors.joining("; "));
		}

	}

	/**
	 * A thread of a deadlock.
	 *
	 * @param name its name
	 * @param waitsFor name of the thread it waits for
	 * @param holdsConnection whether it has a connection of a pool
	 * @param stack where it waits
	 */
	record WaitingThread(String name, String waitsFor, boolean holdsConnection, List<StackTraceElement> stack) {

		public WaitingThread {
			stack = List.copyOf(stack);
		}

	}

	/**
	 * A connection was not given back for too long.
	 *
	 * @param at when it was found
	 * @param node id of the node
	 * @param backend process id of the session on the server
	 * @param thread name of the thread that took it, {@code null} if it has ended or is
	 * virtual
	 * @param held for how long at least
	 * @param taken whether {@code stack} is the one that took the connection; if not, it
	 * is where the thread is now
	 * @param stack the stack, empty if it is not known
	 */
	record HeldTooLong(Instant at, String node, int backend, @Nullable String thread, Duration held, boolean taken,
			List<StackTraceElement> stack) implements SafetyEvent {

		public HeldTooLong {
			stack = List.copyOf(stack);
		}

		@Override
		public SafetyKind kind() {
			return SafetyKind.HELD_TOO_LONG;
		}

		@Override
		public String describe() {
			return "Connection to " + this.node + " (process " + this.backend + ") held for " + this.held.toMillis()
					+ " ms" + ((this.thread != null) ? " by " + this.thread : "")
					+ (this.taken ? ", taken at " : ", now at ") + Stacks.line(this.stack);
		}

	}

	/**
	 * Two threads were inside calls on one connection.
	 *
	 * @param at when it was found
	 * @param node id of the node, {@code null} if there was no route yet
	 * @param inside name of the thread that was inside
	 * @param second name of the thread that came second
	 * @param stack where the second one is
	 */
	record ConcurrentUse(Instant at, @Nullable String node, String inside, String second,
			List<StackTraceElement> stack) implements SafetyEvent {

		public ConcurrentUse {
			stack = List.copyOf(stack);
		}

		@Override
		public SafetyKind kind() {
			return SafetyKind.CONCURRENT_USE;
		}

		@Override
		public String describe() {
			return "One connection used by " + this.inside + " and " + this.second + " at once"
					+ ((this.node != null) ? " on " + this.node : "") + ", the second at " + Stacks.line(this.stack);
		}

	}

	/**
	 * A session of this application waits within a transaction for too long.
	 *
	 * @param at when it was found
	 * @param node id of the node
	 * @param backend process id of the session on the server
	 * @param idle for how long it has waited
	 * @param transaction age of the transaction
	 */
	record IdleInTransaction(Instant at, String node, int backend, Duration idle,
			Duration transaction) implements SafetyEvent {

		@Override
		public SafetyKind kind() {
			return SafetyKind.IDLE_IN_TRANSACTION;
		}

		@Override
		public String describe() {
			return "Session of process " + this.backend + " on " + this.node + " idle in a transaction for "
					+ this.idle.toMillis() + " ms, begun " + this.transaction.toMillis() + " ms ago";
		}

	}

	/**
	 * Sessions of a server wait for a lock for too long.
	 *
	 * @param at when it was found
	 * @param node id of the node
	 * @param waits the sessions that wait, the longest first
	 * @param sessions what is known of these and of those they wait for
	 */
	record Blocked(Instant at, String node, List<LockWait> waits, List<ServerSession> sessions) implements SafetyEvent {

		public Blocked {
			waits = List.copyOf(waits);
			sessions = List.copyOf(sessions);
		}

		@Override
		public SafetyKind kind() {
			return SafetyKind.BLOCKED;
		}

		/**
		 * Process ids of the sessions at the root: they make others wait, and wait for
		 * none themselves.
		 * @return the ids, 0 for a prepared transaction
		 */
		public List<Integer> roots() {
			List<Integer> waiting = this.waits.stream().map(LockWait::pid).toList();
			return this.waits.stream()
				.flatMap((wait) -> wait.blockedBy().stream())
				.distinct()
				.filter((pid) -> !waiting.contains(pid))
				.toList();
		}

		@Override
		public String describe() {
			return this.waits.size() + " sessions on " + this.node + " wait for a lock, the longest for "
					+ this.waits.get(0).waited().toMillis() + " ms: "
					+ this.waits.stream()
						.limit(10)
						.map((wait) -> "process " + wait.pid() + " (" + wait.lock() + ") for " + wait.blockedBy())
						.collect(Collectors.joining(", "))
					+ "; at the root " + roots();
		}

	}

}
