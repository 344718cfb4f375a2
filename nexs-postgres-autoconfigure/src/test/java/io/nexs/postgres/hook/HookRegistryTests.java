package io.nexs.postgres.hook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Order, conditions, switching, counting and asynchronous work of hooks, without a
 * database.
 */
class HookRegistryTests {

	private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

	private HookRegistry registry = new HookRegistry(HookSettings.defaults(), HookCallerSource.NONE);

	@AfterEach
	void close() {
		this.registry.close();
	}

	private void fire() {
		this.registry.fire("import", Map.of());
	}

	private long count(String hook, HookOutcome outcome) {
		return this.registry.hook(hook).statistics(HookPoint.CUSTOM).calls(outcome);
	}

	@Test
	void registryWhenItsOnlyHookIsCalledNowhereIsNotActive() {
		this.registry.add("nowhere", new RecordingHook(Set.of()), 0);
		assertThat(this.registry.dispatcher().isActive()).isFalse();
		this.registry.add("somewhere", new RecordingHook(Set.of(HookPoint.QUERY)), 0);
		assertThat(this.registry.dispatcher().isActive()).isTrue();
	}

	@Test
	void hooksWhenOrderedAreCalledInThatOrderAndBackwardsAfter() {
		this.registry.add("late", new Noting("late"), 10);
		this.registry.add("early", new Noting("early"), -10);
		this.registry.add("middle", new Noting("middle"), 0);
		fire();
		assertThat(this.calls).containsExactly("before early", "before middle", "before late", "after late",
				"after middle", "after early");
		assertThat(this.registry.hooks()).extracting(HookRegistration::name).containsExactly("early", "middle", "late");
	}

	@Test
	void hookWhenItDoesNotSupportAnOperationIsLeftOut() {
		this.registry.add("picky", new Noting("picky") {

			@Override
			public boolean supports(HookContext context) {
				return Objects.equals(context.name(), "export");
			}

		}, 0);
		fire();
		assertThat(this.calls).isEmpty();
		this.registry.fire("export", Map.of());
		assertThat(this.calls).containsExactly("before picky", "after picky");
		assertThat(count("picky", HookOutcome.SUCCESS)).isEqualTo(1);
	}

	@Test
	void conditionWhenItFailsRefusesLikeTheHookItself() {
		this.registry.add("broken", new Noting("broken") {

			@Override
			public boolean supports(HookContext context) {
				throw new IllegalStateException("condition");
			}

		}, 0);
		assertThatExceptionOfType(HookVetoException.class).isThrownBy(this::fire);
		assertThat(count("broken", HookOutcome.ERROR)).isEqualTo(1);
		assertThat(this.calls).isEmpty();
	}

	@Test
	void conditionWhenItFailsOfAHookThatOnlyWatchesIsIgnored() {
		this.registry.add("broken", new DatabaseHook() {

			@Override
			public boolean supports(HookContext context) {
				throw new IllegalStateException("condition");
			}

			@Override
			public void after(HookContext context) {
				HookRegistryTests.this.calls.add("after");
			}

		}, 0);
		fire();
		assertThat(count("broken", HookOutcome.ERROR)).isEqualTo(1);
		assertThat(this.calls).isEmpty();
	}

	@Test
	void hookWhenSwitchedOffIsNotCalledUntilItIsSwitchedOn() {
		HookRegistration hook = this.registry.add("noting", new Noting("noting"), 0);
		hook.setEnabled(false);
		fire();
		assertThat(this.registry.dispatcher().isActive()).isFalse();
		assertThat(this.calls).isEmpty();
		this.registry.hook("noting").setEnabled(true);
		fire();
		assertThat(this.calls).hasSize(2);
	}

	@Test
	void hookWhenSwitchedOffDuringAnOperationStillEndsIt() throws Exception {
		HookRegistration hook = this.registry.add("noting", new Noting("noting"), 0);
		this.registry.call("import", Map.of(), () -> {
			hook.remove();
			return null;
		});
		fire();
		assertThat(this.calls).containsExactly("before noting", "after noting");
		assertThat(this.registry.hooks()).isEmpty();
	}

	@Test
	void hookWhenNamedAmongTheDisabledIsOffAtFirst() {
		this.registry = new HookRegistry(
				new HookSettings(Set.of("noting"), Set.of(), 8, Duration.ofSeconds(1), Duration.ofSeconds(1)),
				HookCallerSource.NONE);
		this.registry.add("noting", new Noting("noting"), 0);
		fire();
		assertThat(this.calls).isEmpty();
		assertThat(this.registry.hook("noting").isEnabled()).isFalse();
	}

	@Test
	void hookWhenTheNameIsTakenIsRefused() {
		this.registry.add("noting", new Noting("noting"), 0);
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.add("noting", new Noting("other"), 0))
			.withMessageContaining("two hooks named 'noting'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.hook("nobody"))
			.withMessage("There is no hook 'nobody'; there are [noting]");
	}

	@Test
	void hookWhenThereAreTooManyIsRefused() {
		for (int i = 0; i < 31; i++) {
			this.registry.add("noting-" + i, new Noting("noting-" + i), i);
		}
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.add("more", new Noting("more"), 0))
			.withMessageContaining("one too many at");
		fire();
		assertThat(this.calls).hasSize(62).startsWith("before noting-0").endsWith("after noting-0");
	}

	@Test
	void hookWhenItThrowsAfterAnOperationDoesNotTouchOthers() {
		this.registry.add("first", new Noting("first"), 0);
		this.registry.add("failing", new Noting("failing") {

			@Override
			public void after(HookContext context) {
				throw new StackOverflowOfMine();
			}

		}, 1);
		this.registry.add("last", new Noting("last"), 2);
		fire();
		assertThat(this.calls).containsExactly("before first", "before failing", "before last", "after last",
				"after first");
		assertThat(count("failing", HookOutcome.ERROR)).isEqualTo(1);
		assertThat(count("failing", HookOutcome.SUCCESS)).isZero();
		assertThat(count("first", HookOutcome.SUCCESS)).isEqualTo(1);
	}

	@Test
	void vetoWhenCountedIsNoErrorAndNoSuccess() {
		this.registry.add("strict", new Noting("strict") {

			@Override
			public void before(HookContext context) {
				throw new HookVetoException("no");
			}

		}, 0);
		assertThatExceptionOfType(HookVetoException.class).isThrownBy(this::fire);
		assertThat(count("strict", HookOutcome.VETO)).isEqualTo(1);
		assertThat(count("strict", HookOutcome.ERROR)).isZero();
		assertThat(count("strict", HookOutcome.SUCCESS)).isZero();
	}

	@Test
	void callWhenTheWorkFailsTellsHooksAndThrowsItOn() {
		RecordingHook recording = new RecordingHook();
		this.registry.add("recording", recording, 0);
		IllegalStateException failure = new IllegalStateException("work");
		assertThatIllegalStateException().isThrownBy(() -> this.registry.call("import", Map.of("rows", 5), () -> {
			throw failure;
		})).isSameAs(failure);
		List<RecordingHook.Call> seen = recording.take();
		assertThat(seen).extracting(RecordingHook.Call::toString)
			.containsExactly("before custom", "after custom", "failed custom");
		assertThat(seen.get(1).failure()).isSameAs(failure);
	}

	@Test
	void attributesWhenGivenAreSeenByAllCallsOfTheOperation() {
		AtomicInteger sum = new AtomicInteger();
		this.registry.add("adding", new DatabaseHook() {

			@Override
			public void before(HookContext context) {
				context.put("adding.own", 1);
			}

			@Override
			public void after(HookContext context) {
				sum.set((int) Objects.requireNonNull(context.get("rows"))
						+ (int) Objects.requireNonNull(context.get("adding.own")));
			}

		}, 0);
		this.registry.fire("import", Map.of("rows", 5));
		assertThat(sum).hasValue(6);
	}

	@Test
	void listenerWhenAddedIsToldOfEarlierAndLaterHooks() {
		this.registry.add("first", new Noting("first"), 0);
		List<String> names = new ArrayList<>();
		this.registry.onAdded((hook) -> names.add(hook.name()));
		this.registry.add("second", new Noting("second"), 0);
		assertThat(names).containsExactly("first", "second");
	}

	@Test
	void timeWhenAHookIsSlowIsThatOfEveryCall() {
		long pause = TimeUnit.MILLISECONDS.toNanos(2);
		this.registry.add("slow", new DatabaseHook() {

			@Override
			public void after(HookContext context) {
				long until = System.nanoTime() + pause;
				while (System.nanoTime() < until) {
					Thread.onSpinWait();
				}
			}

		}, 0);
		for (int i = 0; i < 100; i++) {
			fire();
		}
		HookStatistics statistics = this.registry.hook("slow").statistics(HookPoint.CUSTOM);
		assertThat(statistics.calls(HookOutcome.SUCCESS)).isEqualTo(100);
		// One call in sixteen is timed until it is known to be slow, and counts sixteen
		// times
		assertThat(statistics.nanos(HookOutcome.SUCCESS)).isGreaterThan(20 * pause);
	}

	@Test
	void asynchronousHookWhenCalledWorksOnItsOwnThreadWithACopy() {
		List<String> threads = Collections.synchronizedList(new ArrayList<>());
		this.registry.add("async", new Noting("async") {

			@Override
			public boolean isAsync() {
				return true;
			}

			@Override
			public void after(HookContext context) {
				threads.add(Thread.currentThread().getName() + " " + context.name() + " " + context.get("rows") + " "
						+ context.connection());
			}

		}, 0);
		this.registry.fire("import", Map.of("rows", 5));
		Awaitility.await().until(() -> !threads.isEmpty());
		assertThat(threads).containsExactly("nexs-db-hook-async import 5 null");
		assertThat(this.calls).as("before is not called").isEmpty();
		Awaitility.await().until(() -> count("async", HookOutcome.SUCCESS) == 1);
	}

	@Test
	void asynchronousHookWhenItIsTooSlowDropsAndCountsAndHoldsUpNobody() throws InterruptedException {
		CountDownLatch blocked = new CountDownLatch(1);
		AtomicInteger done = new AtomicInteger();
		this.registry = new HookRegistry(
				new HookSettings(Set.of(), Set.of("slow"), 2, Duration.ofSeconds(30), Duration.ofSeconds(1)),
				HookCallerSource.NONE);
		this.registry.add("slow", new DatabaseHook() {

			@Override
			public void after(HookContext context) {
				await(blocked);
				done.incrementAndGet();
			}

		}, 0);
		this.registry.add("other", new Noting("other"), 1);
		HookRegistration slow = this.registry.hook("slow");
		fire();
		Awaitility.await().until(() -> slow.queued() == 0);
		for (int i = 0; i < 10; i++) {
			fire();
		}
		assertThat(slow.queued()).isEqualTo(2);
		assertThat(slow.dropped()).isEqualTo(8);
		assertThat(this.calls).hasSize(22);
		blocked.countDown();
		Awaitility.await().until(() -> done.get() == 3);
	}

	@Test
	void asynchronousHookWhenItTakesLongerThanAllowedIsInterrupted() {
		AtomicBoolean interrupted = new AtomicBoolean();
		this.registry = new HookRegistry(
				new HookSettings(Set.of(), Set.of("stuck"), 8, Duration.ofMillis(50), Duration.ofSeconds(1)),
				HookCallerSource.NONE);
		this.registry.add("stuck", new DatabaseHook() {

			@Override
			public void after(HookContext context) {
				if (context.get("stuck") == null) {
					return;
				}
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.set(true);
				}
			}

		}, 0);
		this.registry.fire("import", Map.of("stuck", true));
		Awaitility.await().until(() -> {
			fire();
			return interrupted.get();
		});
		Awaitility.await().until(() -> this.registry.hook("stuck").queued() == 0);
	}

	@Test
	void asynchronousHookWhenItOverflowsTheStackIsCalledAgain() {
		AtomicInteger called = new AtomicInteger();
		this.registry.add("deep", new DatabaseHook() {

			@Override
			public boolean isAsync() {
				return true;
			}

			@Override
			public void after(HookContext context) {
				called.incrementAndGet();
				throw new StackOverflowError("on purpose");
			}

		}, 0);
		fire();
		fire();
		Awaitility.await().until(() -> called.get() == 2);
		assertThat(count("deep", HookOutcome.ERROR)).isEqualTo(2);
	}

	@Test
	void registryWhenClosedEndsItsThreadsAfterWhatIsQueued() {
		AtomicInteger done = new AtomicInteger();
		this.registry.add("async", new DatabaseHook() {

			@Override
			public boolean isAsync() {
				return true;
			}

			@Override
			public void after(HookContext context) {
				done.incrementAndGet();
			}

		}, 0);
		for (int i = 0; i < 100; i++) {
			fire();
		}
		this.registry.close();
		assertThat(done).hasValue(100);
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.doesNotContain("nexs-db-hook-async");
	}

	@Test
	void hookWhenItAddsAnotherOneFromWithinIsNotBlocked() {
		this.registry.add("adding", new DatabaseHook() {

			@Override
			public Set<HookPoint> points() {
				return EnumSet.of(HookPoint.CUSTOM);
			}

			@Override
			public void after(HookContext context) {
				if (HookRegistryTests.this.registry.hooks().size() == 1) {
					HookRegistryTests.this.registry.add("added", new Noting("added"), 0);
				}
			}

		}, 0);
		fire();
		fire();
		assertThat(this.calls).containsExactly("before added", "after added");
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A hook that notes its calls.
	 */
	private class Noting implements DatabaseHook {

		private final String name;

		Noting(String name) {
			this.name = name;
		}

		@Override
		public void before(HookContext context) {
			HookRegistryTests.this.calls.add("before " + this.name);
		}

		@Override
		public void after(HookContext context) {
			HookRegistryTests.this.calls.add("after " + this.name);
		}

	}

	/**
	 * An error that is no exception.
	 */
	private static final class StackOverflowOfMine extends AssertionError {

		private static final long serialVersionUID = 1L;

	}

}
