package io.nexs.postgres.cluster;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What it means when the time of a probe has passed, with times in milliseconds since it
 * was sent.
 */
class UnansweredTests {

	private static final long ASKED = Long.MAX_VALUE - 100_000_000;

	private final MonitorSettings settings = MonitorSettings.defaults();

	@Test
	void probeWhenNothingWasAnsweredIsAFailure() {
		assertThat(meaning(1000, 0, -20, NodeRole.PRIMARY)).isEqualTo(Unanswered.FAILURE);
	}

	@Test
	void probeWhenTheProcessStoodStillForMostOfItMeansNothing() {
		assertThat(meaning(1000, 600, -20, NodeRole.PRIMARY)).isEqualTo(Unanswered.UNKNOWN);
	}

	@Test
	void probeWhenTrafficIsAnsweredIsExcused() {
		assertThat(meaning(1000, 0, 900, NodeRole.PRIMARY)).isEqualTo(Unanswered.EXCUSED);
		assertThat(meaning(1000, 0, 400, NodeRole.PRIMARY)).isEqualTo(Unanswered.FAILURE);
	}

	@Test
	void probeWhenTrafficWasAnsweredBeforeTheProcessStoodStillIsExcused() {
		assertThat(meaning(3000, 2400, 550, NodeRole.PRIMARY)).isEqualTo(Unanswered.EXCUSED);
	}

	@Test
	void replicaWhenItsLastProbeIsTooLongAgoIsNotExcused() {
		long asked = ASKED;
		long now = asked + TimeUnit.SECONDS.toNanos(1);
		Unanswered.Silence silence = new Unanswered.Silence(now, asked, 0, now,
				now - this.settings.lostAfter().toNanos() - 1);
		assertThat(Unanswered.of(silence, NodeRole.REPLICA, this.settings)).isEqualTo(Unanswered.FAILURE);
		assertThat(Unanswered.of(silence, NodeRole.PRIMARY, this.settings)).isEqualTo(Unanswered.EXCUSED);
	}

	private Unanswered meaning(long now, long stalled, long answered, NodeRole role) {
		return Unanswered.of(new Unanswered.Silence(ASKED + nanos(now), ASKED, nanos(stalled), ASKED + nanos(answered),
				ASKED - nanos(500)), role, this.settings);
	}

	private static long nanos(long millis) {
		return TimeUnit.MILLISECONDS.toNanos(millis);
	}

}
