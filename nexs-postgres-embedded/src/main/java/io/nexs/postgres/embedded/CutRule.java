package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A rule of a {@link Relay} that cuts the first connection in which chosen bytes pass. It
 * fires once. Thread-safe.
 */
public final class CutRule {

	private final byte[] pattern;

	private final CutPoint point;

	private final AtomicBoolean armed = new AtomicBoolean(true);

	private final CountDownLatch fired = new CountDownLatch(1);

	CutRule(byte[] pattern, CutPoint point) {
		if (pattern.length == 0) {
			throw new IllegalArgumentException("The bytes to wait for are empty");
		}
		this.pattern = pattern.clone();
		this.point = point;
	}

	/**
	 * Return whether a connection has been cut.
	 * @return whether the rule has fired
	 */
	public boolean fired() {
		return this.fired.getCount() == 0;
	}

	/**
	 * Wait until a connection has been cut.
	 * @param limit the longest time to wait
	 * @return whether the rule has fired; {@code false} also when the thread is
	 * interrupted
	 */
	public boolean await(Duration limit) {
		try {
			return this.fired.await(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Disarm the rule. Does nothing when it has fired.
	 */
	public void cancel() {
		this.armed.set(false);
	}

	CutPoint point() {
		return this.point;
	}

	int length() {
		return this.pattern.length;
	}

	boolean isArmed() {
		return this.armed.get();
	}

	/**
	 * Claim the rule for one connection.
	 * @return whether the caller has to cut
	 */
	boolean claim() {
		return this.armed.compareAndSet(true, false);
	}

	void complete() {
		this.fired.countDown();
	}

	/**
	 * Find the bytes.
	 * @param bytes where to look
	 * @return the index of their first byte, or -1
	 */
	int indexIn(byte[] bytes) {
		for (int start = 0; start + this.pattern.length <= bytes.length; start++) {
			int offset = 0;
			while (offset < this.pattern.length && bytes[start + offset] == this.pattern[offset]) {
				offset++;
			}
			if (offset == this.pattern.length) {
				return start;
			}
		}
		return -1;
	}

}
