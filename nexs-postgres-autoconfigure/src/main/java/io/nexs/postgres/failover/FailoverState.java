package io.nexs.postgres.failover;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Whether writes have somewhere to go. The tracker allows only the moves of the from-to
 * table behind {@link #canBecome(FailoverState)}.
 */
public enum FailoverState {

	/**
	 * A primary takes writes, and what was disturbed is as before.
	 */
	ACTIVE,

	/**
	 * No primary is known: writes wait.
	 */
	FAILED,

	/**
	 * A primary takes writes, but it has not answered twice since it came back, or writes
	 * that waited have no connection yet, or no replica serves reads although one did
	 * before the primary was lost.
	 */
	RECOVERING;

	private static final Map<FailoverState, Set<FailoverState>> MOVES = Map.of(ACTIVE, EnumSet.of(FAILED, RECOVERING),
			FAILED, EnumSet.of(RECOVERING), RECOVERING, EnumSet.of(ACTIVE, FAILED));

	/**
	 * Tell whether this state may be followed by another one.
	 * @param next the state to move to
	 * @return {@code true} when the move is allowed; staying is no move
	 */
	public boolean canBecome(FailoverState next) {
		return MOVES.getOrDefault(this, Set.of()).contains(next);
	}

}
