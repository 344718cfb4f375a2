package io.nexs.postgres.limits;

import java.time.Duration;

/**
 * The time limits. Immutable.
 *
 * @param read longest time of a statement of work marked read-only; zero for no limit
 * @param write longest time of another single statement; zero for no limit
 * @param batch longest time of a batch; zero for no limit
 * @param copy longest time of a COPY; zero for no limit
 * @param backstop how much later the server ends a statement by itself; zero for never
 * @param grace how long after that the connection to a server that does not answer is
 * closed
 */
public record LimitSettings(Duration read, Duration write, Duration batch, Duration copy, Duration backstop,
		Duration grace) {

	/**
	 * No limits.
	 */
	public static final LimitSettings NONE = of(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

	/**
	 * Limits with a backstop after 5 s and a grace of 5 s.
	 * @param read limit of work marked read-only
	 * @param write limit of another single statement
	 * @param batch limit of a batch
	 * @param copy limit of a COPY
	 * @return the settings
	 */
	public static LimitSettings of(Duration read, Duration write, Duration batch, Duration copy) {
		return new LimitSettings(read, write, batch, copy, Duration.ofSeconds(5), Duration.ofSeconds(5));
	}

	/**
	 * The same limit for every kind.
	 * @param limit the limit
	 * @return the settings
	 */
	public static LimitSettings all(Duration limit) {
		return of(limit, limit, limit, limit);
	}

	/**
	 * A copy with another backstop.
	 * @param backstop how much later the server ends a statement by itself; zero for
	 * never
	 * @return the copy
	 */
	public LimitSettings withBackstop(Duration backstop) {
		return new LimitSettings(this.read, this.write, this.batch, this.copy, backstop, this.grace);
	}

	/**
	 * A copy with another grace.
	 * @param grace how long after that the connection to a server that does not answer is
	 * closed
	 * @return the copy
	 */
	public LimitSettings withGrace(Duration grace) {
		return new LimitSettings(this.read, this.write, this.batch, this.copy, this.backstop, grace);
	}

	/**
	 * Whether there is any limit.
	 * @return {@code false} if nothing is limited
	 */
	public boolean isActive() {
		return !(this.read.isZero() && this.write.isZero() && this.batch.isZero() && this.copy.isZero());
	}

	/**
	 * The limit of a kind.
	 * @param kind the kind
	 * @return the limit, zero for none
	 */
	public Duration of(LimitKind kind) {
		return switch (kind) {
			case READ -> this.read;
			case WRITE -> this.write;
			case BATCH -> this.batch;
			case COPY -> this.copy;
		};
	}

}
