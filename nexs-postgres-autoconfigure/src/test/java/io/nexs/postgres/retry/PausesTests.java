package io.nexs.postgres.retry;

import java.time.Duration;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import org.springframework.util.backoff.BackOffExecution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Pauses} and {@link RetrySettings}.
 */
class PausesTests {

	@Test
	void pauseWhenNoFailoverIsTheReasonGrowsToTheCapAndStops() {
		Pauses pauses = new Pauses(settings(6), () -> 0.5);
		assertThat(pauses(pauses, RetryCause.SERIALIZATION, 7)).containsExactly(100, 200, 400, 800, 1000, 1000,
				BackOffExecution.STOP);
	}

	@Test
	void pauseWhenJitteredIsHalfAsMuchMoreOrLessAndNotOverTheCap() {
		assertThat(pauses(new Pauses(settings(4), () -> 0), RetryCause.DEADLOCK, 4)).containsExactly(50, 100, 200, 400);
		assertThat(pauses(new Pauses(settings(5), () -> 1), RetryCause.DEADLOCK, 5)).containsExactly(150, 300, 600,
				1000, 1000);
	}

	@Test
	void pauseWhenAFailoverIsTheReasonIsNoneTheFirstTime() {
		Pauses pauses = new Pauses(settings(4), () -> 0.5);
		assertThat(pauses(pauses, RetryCause.CONNECTION_LOST, 3)).containsExactly(0, 100, 200);
		assertThat(pauses(pauses, RetryCause.SERIALIZATION, 1)).containsExactly(400);
	}

	@Test
	void pauseWhenAFailoverComesAfterAnotherReasonIsNone() {
		Pauses pauses = new Pauses(settings(4), () -> 0.5);
		assertThat(pauses(pauses, RetryCause.SERIALIZATION, 1)).containsExactly(100);
		assertThat(pauses(pauses, RetryCause.WRONG_NODE, 1)).containsExactly(0);
	}

	@Test
	void settingsWhenTheyCanNeverRetryAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(0)).withMessageContaining("never retry");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetrySettings(3, Duration.ofSeconds(1), Duration.ofSeconds(2), 2, 0,
					Duration.ofSeconds(1), false))
			.withMessageContaining("never retry");
	}

	private static RetrySettings settings(int retries) {
		return new RetrySettings(retries, Duration.ofMillis(100), Duration.ofSeconds(1), 2, 0.5, Duration.ZERO, false);
	}

	private static long[] pauses(Pauses pauses, RetryCause cause, int number) {
		return LongStream.range(0, number).map((any) -> {
			pauses.because(cause);
			return pauses.nextBackOff();
		}).toArray();
	}

}
