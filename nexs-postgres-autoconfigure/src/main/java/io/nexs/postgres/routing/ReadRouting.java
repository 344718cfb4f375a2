package io.nexs.postgres.routing;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Says in code where the reads of a block go. The scope belongs to the calling thread and
 * ends with the block; scopes nest. A route that was already taken (a statement of the
 * surrounding transaction has run) is not changed.
 */
public final class ReadRouting {

	private ReadRouting() {
	}

	/**
	 * Runs a block whose read-only work follows a read preference.
	 * @param preference in place of {@code nexs.db.read.preference}
	 * @param block what to run
	 * @param <T> type of the result
	 * @return the block's result
	 */
	public static <T> T with(ReadPreference preference, Supplier<T> block) {
		return run(new ReadScope(preference, Set.of(), false), block);
	}

	/**
	 * Runs a block whose statements outside a transaction are reads and go to a replica,
	 * or to the primary if no replica can serve them.
	 * @param block what to run
	 * @param <T> type of the result
	 * @return the block's result
	 */
	public static <T> T onReplica(Supplier<T> block) {
		return run(new ReadScope(ReadPreference.SECONDARY_PREFERRED, Set.of(), true), block);
	}

	/**
	 * Runs a block whose reads go to the primary.
	 * @param block what to run
	 * @param <T> type of the result
	 * @return the block's result
	 */
	public static <T> T onPrimary(Supplier<T> block) {
		return run(new ReadScope(ReadPreference.PRIMARY, Set.of(), false), block);
	}

	private static <T> T run(ReadScope scope, Supplier<T> block) {
		ReadScope previous = scope.enter();
		try {
			return block.get();
		}
		finally {
			ReadScope.restore(previous);
		}
	}

}
