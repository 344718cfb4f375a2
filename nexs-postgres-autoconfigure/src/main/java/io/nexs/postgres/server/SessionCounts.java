package io.nexs.postgres.server;

import java.util.EnumMap;
import java.util.Map;

/**
 * How many sessions there are. Immutable.
 *
 * @param states sessions of the database by state, all states, without that of the
 * question itself
 * @param connections connections to all databases of the server
 * @param maxConnections {@code max_connections} of the server
 */
public record SessionCounts(Map<SessionState, Integer> states, int connections, int maxConnections) {

	public SessionCounts {
		EnumMap<SessionState, Integer> all = new EnumMap<>(SessionState.class);
		for (SessionState state : SessionState.values()) {
			all.put(state, states.getOrDefault(state, 0));
		}
		states = Map.copyOf(all);
	}

	/**
	 * Sessions of the database in a state.
	 * @param state the state
	 * @return how many
	 */
	public int in(SessionState state) {
		return this.states.getOrDefault(state, 0);
	}

	/**
	 * Share of the connections that are free.
	 * @return from 0 to 1
	 */
	public double headroom() {
		return (this.maxConnections > 0) ? Math.max(0, 1 - (double) this.connections / this.maxConnections) : 0;
	}

}
