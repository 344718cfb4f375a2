package io.nexs.postgres.hook;

import java.time.Duration;
import java.util.Set;

/**
 * Settings of hooks.
 *
 * @param disabled names of hooks that are off at first
 * @param async names of hooks that are asynchronous, beside those that say so themselves
 * @param queueSize calls an asynchronous hook may have waiting
 * @param asyncTimeout longest call of an asynchronous hook before it is interrupted
 * @param slow a call on the thread of the operation that takes longer is warned of
 */
public record HookSettings(Set<String> disabled, Set<String> async, int queueSize, Duration asyncTimeout,
		Duration slow) {

	public HookSettings {
		disabled = Set.copyOf(disabled);
		async = Set.copyOf(async);
	}

	/**
	 * None disabled, queues of 1024, 5 s, 100 ms.
	 * @return the defaults
	 */
	public static HookSettings defaults() {
		return new HookSettings(Set.of(), Set.of(), 1024, Duration.ofSeconds(5), Duration.ofMillis(100));
	}

}
