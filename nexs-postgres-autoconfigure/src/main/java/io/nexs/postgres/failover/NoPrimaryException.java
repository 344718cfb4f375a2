package io.nexs.postgres.failover;

import java.time.Duration;

import io.nexs.postgres.routing.NoNodeException;

/**
 * A write gave up because there was no primary: after the time a write waits, or at once
 * because too many wait already. Nothing was sent to a server. The message names every
 * node and what is wrong with it. Spring translates it to a
 * {@code TransientDataAccessResourceException}.
 */
public final class NoPrimaryException extends NoNodeException {

	private static final long serialVersionUID = 1L;

	private final Duration waited;

	NoPrimaryException(String message, Duration waited) {
		super(message);
		this.waited = waited;
	}

	/**
	 * How long the write waited.
	 * @return the time; zero when it was refused at once
	 */
	public Duration waited() {
		return this.waited;
	}

}
