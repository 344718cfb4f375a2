package io.nexs.postgres.pool;

import java.time.Duration;

import io.nexs.postgres.pool.PoolSizing.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PoolSizing}: figures in, size out.
 */
class PoolSizingTests {

	private static final int PATIENCE = 3;

	private final PoolSizing sizing = new PoolSizing(2, 20, 0.5, PATIENCE);

	private State looks(State state, int count, int lent, int waiting) {
		State after = state;
		for (int i = 0; i < count; i++) {
			after = this.sizing.look(after, lent, waiting);
		}
		return after;
	}

	@ParameterizedTest
	@CsvSource({ "4, 1, 5", "4, 3, 7", "4, 4, 8", "4, 100, 8", "15, 100, 20", "20, 100, 20" })
	void poolWhenAllAreLentAndSomeWaitGrowsByThoseAtMostToTwice(int size, int waiting, int expected) {
		assertThat(this.sizing.look(State.of(size), size, waiting)).isEqualTo(State.of(expected));
	}

	@Test
	void poolWhenSomeWaitForAConnectionThatIsBeingOpenedStays() {
		assertThat(this.sizing.look(State.of(8), 7, 3).size()).isEqualTo(8);
	}

	@Test
	void poolWithinTheDeadBandStays() {
		assertThat(looks(State.of(10), 100, 6, 0)).isEqualTo(State.of(10));
		assertThat(looks(State.of(10), 100, 10, 0)).isEqualTo(State.of(10));
	}

	@Test
	void poolWhenUnusedForThePeriodShrinksByATenth() {
		assertThat(looks(State.of(20), PATIENCE - 1, 3, 0).size()).isEqualTo(20);
		assertThat(looks(State.of(20), PATIENCE, 3, 0)).isEqualTo(State.of(18));
		assertThat(looks(State.of(5), PATIENCE, 0, 0)).isEqualTo(State.of(4));
	}

	@Test
	void poolWhenUsedOnceInThePeriodStays() {
		State almost = looks(State.of(20), PATIENCE - 1, 3, 0);
		assertThat(looks(this.sizing.look(almost, 11, 0), PATIENCE - 1, 3, 0).size()).isEqualTo(20);
	}

	@Test
	void poolUnderTheSameLoadComesToRestWithoutGrowingAgain() {
		State state = State.of(20);
		for (int i = 0; i < 1000; i++) {
			State after = this.sizing.look(state, 4, 0);
			assertThat(after.size()).isLessThanOrEqualTo(state.size());
			state = after;
		}
		assertThat(state.size()).isEqualTo(7);
	}

	@Test
	void poolWithoutWorkEndsAtTheLowest() {
		assertThat(looks(State.of(20), 1000, 0, 0).size()).isEqualTo(2);
	}

	@Test
	void poolWithANarrowDeadBandKeepsOneMoreThanWereLent() {
		PoolSizing narrow = new PoolSizing(1, 20, 0.1, 1);
		assertThat(narrow.look(State.of(10), 9, 0).size()).isEqualTo(10);
		assertThat(narrow.look(State.of(20), 18, 0).size()).isEqualTo(19);
	}

	@Test
	void poolOutsideTheBoundsIsBroughtBackAtOnce() {
		assertThat(this.sizing.look(State.of(30), 30, 9)).isEqualTo(State.of(20));
		assertThat(this.sizing.look(State.of(1), 0, 0)).isEqualTo(State.of(2));
	}

	@Test
	void boundsWhenTheServerHasRoomForLessAreThat() {
		AdaptiveSettings settings = new AdaptiveSettings(4, 40, Duration.ofSeconds(1), 0.5, Duration.ofMinutes(1));
		assertThat(settings.sizing(Integer.MAX_VALUE, 0)).isEqualTo(new PoolSizing(4, 40, 0.5, 60));
		assertThat(settings.sizing(12, 0)).isEqualTo(new PoolSizing(4, 12, 0.5, 60));
		assertThat(settings.sizing(3, 0)).isEqualTo(new PoolSizing(3, 3, 0.5, 60));
	}

}
