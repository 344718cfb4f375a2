package io.nexs.postgres.failover;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * The writes that waited during one loss of the primary. Thread-safe.
 */
final class WaitCounts {

	private final AtomicInteger entered = new AtomicInteger();

	private final AtomicInteger timedOut = new AtomicInteger();

	private final AtomicInteger rejected = new AtomicInteger();

	private final long origin;

	/** Since the origin. */
	private final AtomicLong first = new AtomicLong(Long.MAX_VALUE);

	/** Since the origin; negative when there was none. */
	private final AtomicLong last = new AtomicLong(-1);

	WaitCounts(long origin) {
		this.origin = origin;
	}

	void entered() {
		this.entered.incrementAndGet();
	}

	void timedOut() {
		this.timedOut.incrementAndGet();
	}

	void rejected() {
		this.rejected.incrementAndGet();
	}

	void served(long now) {
		long moment = Math.max(0, now - this.origin);
		this.first.accumulateAndGet(moment, Math::min);
		this.last.accumulateAndGet(moment, Math::max);
	}

	int waited() {
		return this.entered.get();
	}

	int inVain() {
		return this.timedOut.get();
	}

	int refused() {
		return this.rejected.get();
	}

	/**
	 * Time until the first one had its connection.
	 * @param since when the primary was there
	 * @return the time, {@code null} if there was none
	 */
	@Nullable Duration firstRelease(long since) {
		return release(this.first, since);
	}

	/**
	 * Time until the last one had its connection.
	 * @param since when the primary was there
	 * @return the time, {@code null} if there was none
	 */
	@Nullable Duration lastRelease(long since) {
		return release(this.last, since);
	}

	private @Nullable Duration release(AtomicLong moment, long since) {
		return (this.last.get() >= 0) ? Duration.ofNanos(Math.max(0, moment.get() - (since - this.origin))) : null;
	}

}
