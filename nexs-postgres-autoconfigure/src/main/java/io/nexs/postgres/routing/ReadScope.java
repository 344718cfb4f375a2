package io.nexs.postgres.routing;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the present thread asked of reads: by {@link ReadFrom} or {@link ReadRouting}.
 *
 * @param preference the read preference
 * @param tags tags a replica must have
 * @param readOnly whether work outside a transaction counts as read-only
 */
record ReadScope(ReadPreference preference, Set<String> tags, boolean readOnly) {

	private static final ThreadLocal<@Nullable ReadScope> current = new ThreadLocal<>();

	/** Whether there ever was one; to look for that of the thread costs more. */
	private static volatile boolean any;

	ReadScope {
		tags = Set.copyOf(tags);
	}

	static @Nullable ReadScope current() {
		return any ? current.get() : null;
	}

	/**
	 * Makes this scope the current one.
	 * @return the one before, for {@link #restore(ReadScope)}
	 */
	@Nullable ReadScope enter() {
		ReadScope previous = current.get();
		any = true;
		current.set(this);
		return previous;
	}

	static void restore(@Nullable ReadScope previous) {
		if (previous != null) {
			current.set(previous);
		}
		else {
			current.remove();
		}
	}

}
