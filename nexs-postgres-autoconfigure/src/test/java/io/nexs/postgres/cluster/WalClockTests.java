package io.nexs.postgres.cluster;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WalClockTests {

	private static final long SECOND = 1_000_000_000L;

	@Test
	void historyWhenEmptyKnowsNothing() {
		assertThat(WalClock.EMPTY.newest()).isNull();
		assertThat(WalClock.EMPTY.nanosSincePassed(new Lsn(1), 5)).isZero();
		assertThat(WalClock.EMPTY.startsAfter(new Lsn(1))).isFalse();
	}

	@Test
	void historyWhenPositionDoesNotAdvanceStays() {
		WalClock clock = WalClock.EMPTY.with(0, new Lsn(100));
		assertThat(clock.with(SECOND, new Lsn(100))).isSameAs(clock);
	}

	@Test
	void historyWhenThePrimaryFallsBackBeginsAnew() {
		WalClock clock = WalClock.EMPTY.with(0, new Lsn(100)).with(SECOND, new Lsn(200)).with(2 * SECOND, new Lsn(90));
		assertThat(clock.newest()).isEqualTo(new Lsn(90));
		assertThat(clock.size()).isEqualTo(1);
	}

	@Test
	void samplesWhenCloserThanAFifthOfASecondAreReplacedButTheNewestIsKept() {
		WalClock clock = WalClock.EMPTY;
		for (int i = 0; i <= 1000; i++) {
			clock = clock.with(i * SECOND / 1000, new Lsn(i + 1));
		}
		assertThat(clock.size()).isBetween(5, 7);
		assertThat(clock.newest()).isEqualTo(new Lsn(1001));
	}

	@Test
	void historyWhenFedForADayIsBoundedAndStillCoversIt() {
		WalClock clock = WalClock.EMPTY;
		long day = 24 * 3600;
		for (long second = 0; second <= day; second++) {
			clock = clock.with(second * SECOND, new Lsn(1000 + second * 100));
		}
		assertThat(clock.size()).isLessThanOrEqualTo(256);
		assertThat(clock.startsAfter(new Lsn(1000))).isFalse();
		for (long lag : new long[] { 1, 10, 60, 600, 3600, 6 * 3600, 23 * 3600 }) {
			Lsn replayed = new Lsn(1000 + (day - lag) * 100);
			double estimate = clock.nanosSincePassed(replayed, day * SECOND) / (double) SECOND;
			assertThat(estimate).as("lag of %d s", lag).isBetween(lag * 0.9 - 1, lag + 1.0);
		}
	}

	@Test
	void positionsWhenPastTheSignBitCompareAsUnsigned() {
		WalClock clock = WalClock.EMPTY.with(0, new Lsn(Long.MAX_VALUE)).with(SECOND, new Lsn(Long.MIN_VALUE));
		assertThat(clock.newest()).isEqualTo(new Lsn(Long.MIN_VALUE));
		assertThat(clock.nanosSincePassed(new Lsn(Long.MAX_VALUE), 3 * SECOND)).isEqualTo(2 * SECOND);
	}

}
