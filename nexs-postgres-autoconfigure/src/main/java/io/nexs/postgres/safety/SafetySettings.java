package io.nexs.postgres.safety;

import java.time.Duration;

/**
 * Settings of the monitor. A limit of zero switches its kind of finding off.
 *
 * @param interval time between two looks at the connections and threads of this process
 * @param heldTooLong time for which a connection may be held
 * @param stacks when the stack of a borrower is taken
 * @param idleInTransaction time for which a session of this application may wait within a
 * transaction
 * @param blocked time for which a session may wait for a lock
 * @param degradedFor time for which a finding that is over in the moment it is made
 * counts
 */
public record SafetySettings(Duration interval, Duration heldTooLong, StackPolicy stacks, Duration idleInTransaction,
		Duration blocked, Duration degradedFor) {

	/**
	 * The defaults.
	 * @return settings
	 */
	public static SafetySettings defaults() {
		return new SafetySettings(Duration.ofSeconds(5), Duration.ofSeconds(60), StackPolicy.AFTER_FIRST,
				Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofMinutes(5));
	}

	/**
	 * Whether a time is over a limit that is in force.
	 */
	static boolean isOver(Duration time, Duration limit) {
		return !limit.isZero() && time.compareTo(limit) >= 0;
	}

}
