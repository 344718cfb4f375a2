package io.nexs.sample.live;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.nexs.sample.order.NewOrder;
import io.nexs.sample.order.Orders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Places and reads orders for half a minute on two threads of its own, so that there is
 * something to see. There is one such run at a time.
 */
@Component
class LiveLoad implements DisposableBean {

	static final String CUSTOMER = "live-page";

	private static final Logger log = LoggerFactory.getLogger(LiveLoad.class);

	private static final Duration LENGTH = Duration.ofSeconds(30);

	private static final long JOIN_MILLIS = 2000;

	private static final int ORDERS_READ = 5;

	private final Orders orders;

	private @Nullable Run run;

	LiveLoad(@Qualifier("jdbcOrders") Orders orders) {
		this.orders = orders;
	}

	/**
	 * Begins a run, unless one is under way.
	 */
	synchronized void start() {
		if (this.run == null || this.run.isOver()) {
			this.run = new Run(System.nanoTime() + LENGTH.toNanos());
		}
	}

	/**
	 * Lets the run end after the calls it is in.
	 */
	synchronized void stop() {
		if (this.run != null) {
			this.run.stop.countDown();
		}
	}

	synchronized View view() {
		Run current = this.run;
		return (current != null) ? current.view() : new View(false, 0, 0, 0, 0);
	}

	@Override
	public synchronized void destroy() throws InterruptedException {
		if (this.run != null) {
			this.run.end();
		}
	}

	/**
	 * The run that is under way, else the last one.
	 *
	 * @param running whether it is under way
	 * @param secondsLeft for how long it will be
	 * @param reads calls that read
	 * @param orders orders placed
	 * @param failures calls that failed
	 */
	record View(boolean running, long secondsLeft, long reads, long orders, long failures) {

	}

	/**
	 * One run.
	 */
	private final class Run {

		private final CountDownLatch stop = new CountDownLatch(1);

		private final LongAdder reads = new LongAdder();

		private final LongAdder placed = new LongAdder();

		private final LongAdder failures = new LongAdder();

		private final long until;

		private final List<Thread> threads;

		private Run(long until) {
			this.until = until;
			this.threads = List.of(start("live-load-orders", 40, this::place),
					start("live-load-reads", 10, this::read));
		}

		private Thread start(String name, long pauseMillis, Runnable call) {
			Thread thread = new Thread(() -> repeat(call, pauseMillis), name);
			thread.setDaemon(true);
			thread.start();
			return thread;
		}

		private void repeat(Runnable call, long pauseMillis) {
			try {
				do {
					attempt(call);
				}
				while (System.nanoTime() - this.until < 0 && !this.stop.await(pauseMillis, TimeUnit.MILLISECONDS));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private void attempt(Runnable call) {
			try {
				call.run();
			}
			catch (DataAccessException | TransactionException ex) {
				this.failures.increment();
				log.debug("A call of the live page failed", ex);
			}
		}

		private void place() {
			LiveLoad.this.orders.place(new NewOrder(CUSTOMER, "ticket", 1, BigDecimal.TEN));
			this.placed.increment();
		}

		private void read() {
			LiveLoad.this.orders.ofCustomer(CUSTOMER, ORDERS_READ);
			this.reads.increment();
		}

		private boolean isOver() {
			return this.threads.stream().noneMatch(Thread::isAlive);
		}

		private View view() {
			long left = TimeUnit.NANOSECONDS.toSeconds(this.until - System.nanoTime());
			return new View(!isOver(), (this.stop.getCount() > 0) ? Math.max(0, left) : 0, this.reads.sum(),
					this.placed.sum(), this.failures.sum());
		}

		private void end() throws InterruptedException {
			this.stop.countDown();
			for (Thread thread : this.threads) {
				thread.interrupt();
				thread.join(JOIN_MILLIS);
			}
		}

	}

}
