package io.nexs.postgres.metrics;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookCallerSource;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookSettings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Meters do not keep what they read; it has to live as long as they do.
 */
class HookMetersTests {

	private final CountDownLatch blocked = new CountDownLatch(1);

	@Test
	void droppedCallsWhenMemoryWasReclaimedAreStillCounted() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		HookSettings settings = new HookSettings(Set.of(), Set.of("slow"), 1, Duration.ofSeconds(5),
				Duration.ofSeconds(1));
		try (HookRegistry hooks = new HookRegistry(settings, HookCallerSource.NONE)) {
			assertThat(new HookMeters(meters, hooks)).isNotNull();
			hooks.add("slow", new Blocked(), 0);
			reclaim();
			for (int i = 0; i < 5; i++) {
				hooks.fire("import", Map.of());
			}
			assertThat(meters.get(NexsDbMeter.HOOK_DROPPED.meterName()).functionCounter().count()).isPositive();
			this.blocked.countDown();
		}
	}

	private static void reclaim() {
		WeakReference<Object> probe = new WeakReference<>(new Object());
		Awaitility.await().until(() -> {
			System.gc();
			return probe.get() == null;
		});
	}

	/**
	 * A hook that takes its time.
	 */
	private final class Blocked implements DatabaseHook {

		@Override
		public void after(HookContext context) {
			try {
				HookMetersTests.this.blocked.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
