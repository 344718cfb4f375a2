package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What every chunk of bytes passes on its way through a relay: closed while the node is
 * cut off, slow while a delay is set.
 */
final class RelayGate {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private volatile boolean cut;

	private volatile long delayNanos;

	void cut() {
		this.cut = true;
	}

	void restore() {
		this.lock.lock();
		try {
			this.cut = false;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	void delay(Duration delay) {
		this.lock.lock();
		try {
			this.delayNanos = delay.toNanos();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until a chunk may be forwarded.
	 * @throws InterruptedException when the relay ends
	 */
	void pass() throws InterruptedException {
		if (this.delayNanos > 0) {
			awaitDelay(System.nanoTime());
		}
		if (this.cut) {
			awaitRestore();
		}
	}

	private void awaitDelay(long start) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			for (long left = left(start); left > 0; left = left(start)) {
				this.changed.await(left, TimeUnit.NANOSECONDS);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private long left(long start) {
		return this.delayNanos - (System.nanoTime() - start);
	}

	private void awaitRestore() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (this.cut) {
				this.changed.await();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
