package io.nexs.postgres.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WaitingLine}.
 */
class WaitingLineTests {

	private static final long LONG = TimeUnit.SECONDS.toNanos(60);

	private final AtomicInteger limit = new AtomicInteger(1);

	private final WaitingLine line = new WaitingLine(this.limit::get);

	@Test
	void entranceWhenFullIsRefusedUntilOneLeaves() {
		this.limit.set(2);
		assertThat(this.line.tryEnter()).isTrue();
		assertThat(this.line.tryEnter()).isTrue();
		assertThat(this.line.tryEnter()).isFalse();
		this.line.leave();
		assertThat(this.line.tryEnter()).isTrue();
	}

	@Test
	void lineCountsWhoHasGoneInAndWhoIsInside() {
		this.limit.set(2);
		for (int i = 0; i < 5; i++) {
			assertThat(this.line.tryEnter()).isTrue();
			this.line.leave();
		}
		assertThat(this.line.tryEnter()).isTrue();
		assertThat(this.line.entered()).isEqualTo(6);
		assertThat(this.line.inside()).isEqualTo(1);
	}

	@Test
	void waitWhenOneLeavesEndsWithEntrance() throws Exception {
		assertThat(this.line.tryEnter()).isTrue();
		CompletableFuture<Boolean> waiter = waiter();
		this.line.leave();
		assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.line.tryEnter()).isFalse();
		assertThat(this.line.waiting()).isZero();
	}

	@Test
	void waitWhenTheTimeIsOverEndsWithoutEntrance() throws InterruptedException {
		assertThat(this.line.tryEnter()).isTrue();
		long start = System.nanoTime();
		assertThat(this.line.enter(TimeUnit.MILLISECONDS.toNanos(20), this.line.turn())).isFalse();
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
		this.line.leave();
		assertThat(this.line.tryEnter()).isTrue();
	}

	@Test
	void waitsWhenDispersedEndWithoutEntrance() throws Exception {
		assertThat(this.line.tryEnter()).isTrue();
		CompletableFuture<Boolean> first = waiter();
		CompletableFuture<Boolean> second = waiter();
		this.line.disperse();
		assertThat(first.get(10, TimeUnit.SECONDS)).isFalse();
		assertThat(second.get(10, TimeUnit.SECONDS)).isFalse();
		CompletableFuture<Boolean> later = waiter();
		this.line.leave();
		assertThat(later.get(10, TimeUnit.SECONDS)).as("a wait that began later goes on").isTrue();
	}

	@Test
	void waitWhenInterruptedCallsTheNext() throws Exception {
		assertThat(this.line.tryEnter()).isTrue();
		CompletableFuture<Class<?>> ended = new CompletableFuture<>();
		Thread first = new Thread(() -> {
			try {
				this.line.enter(LONG, this.line.turn());
				ended.complete(null);
			}
			catch (InterruptedException ex) {
				ended.complete(ex.getClass());
			}
		});
		first.start();
		Awaitility.await().until(() -> this.line.waiting() == 1);
		CompletableFuture<Boolean> second = waiter();
		first.interrupt();
		assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(InterruptedException.class);
		this.line.leave();
		assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void roomWhenItGrowsByMoreThanOneIsTakenByAsMany() throws Exception {
		this.limit.set(0);
		CompletableFuture<Boolean> first = waiter();
		CompletableFuture<Boolean> second = waiter();
		CompletableFuture<Boolean> third = waiter();
		this.limit.set(4);
		assertThat(this.line.tryEnter()).isTrue();
		this.line.leave();
		assertThat(CompletableFuture.allOf(first, second, third)).succeedsWithin(10, TimeUnit.SECONDS);
	}

	@Test
	void newcomerWhenTheFirstHasNotWaitedLongMayGoFirst() throws Exception {
		this.limit.set(0);
		CompletableFuture<Boolean> first = waiter();
		this.limit.set(1);
		assertThat(this.line.tryEnter()).isTrue();
		this.line.leave();
		assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void newcomerWhenTheFirstHasWaitedLongHasToWaitToo() throws Exception {
		WaitingLine impatient = new WaitingLine(this.limit::get, 0);
		this.limit.set(0);
		CompletableFuture<Boolean> first = waiter(impatient);
		CompletableFuture<Boolean> second = waiter(impatient);
		this.limit.set(1);
		assertThat(impatient.tryEnter()).isFalse();
		assertThat(impatient.enter(1000, impatient.turn())).isFalse();
		assertThat(first.get(10, TimeUnit.SECONDS)).as("called by the newcomer who gave up").isTrue();
		assertThat(second).isNotDone();
		impatient.leave();
		assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void lineWhenTurnsAreKeptLosesNoCall() throws InterruptedException {
		assertNoCallIsLost(new WaitingLine(this.limit::get, 0));
	}

	/**
	 * A call that got lost would leave threads waiting although there is room.
	 */
	@Test
	void lineWhenManyComeAndGiveUpLosesNoCall() throws InterruptedException {
		assertNoCallIsLost(this.line);
	}

	private void assertNoCallIsLost(WaitingLine line) throws InterruptedException {
		this.limit.set(3);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		LongAdder refused = new LongAdder();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 64; i++) {
			boolean patient = i % 2 == 0;
			Thread thread = new Thread(() -> {
				for (int turn = 0; turn < 2000; turn++) {
					turn(line, patient, inside, most, refused);
				}
			});
			thread.start();
			threads.add(thread);
		}
		for (Thread thread : threads) {
			thread.join(TimeUnit.SECONDS.toMillis(50));
			assertThat(thread.isAlive()).as("waits although there is room").isFalse();
		}
		assertThat(refused.sum()).as("refusals of those who could wait").isZero();
		assertThat(most.get()).isEqualTo(3);
		assertThat(line.waiting()).isZero();
	}

	private static void turn(WaitingLine line, boolean patient, AtomicInteger inside, AtomicInteger most,
			LongAdder refused) {
		long longest = patient ? LONG : ThreadLocalRandom.current().nextLong(50_000);
		try {
			if (line.tryEnter() || line.enter(longest, line.turn())) {
				most.accumulateAndGet(inside.incrementAndGet(), Math::max);
				Thread.yield();
				inside.decrementAndGet();
				line.leave();
			}
			else if (patient) {
				refused.increment();
			}
		}
		catch (InterruptedException ex) {
			refused.increment();
		}
	}

	private CompletableFuture<Boolean> waiter() {
		return waiter(this.line);
	}

	private static CompletableFuture<Boolean> waiter(WaitingLine line) {
		int before = line.waiting();
		CompletableFuture<Boolean> result = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				result.complete(line.enter(LONG, line.turn()));
			}
			catch (InterruptedException ex) {
				result.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		Awaitility.await().until(() -> line.waiting() == before + 1);
		return result;
	}

}
