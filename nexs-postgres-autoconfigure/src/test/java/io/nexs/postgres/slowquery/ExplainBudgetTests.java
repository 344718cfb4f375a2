package io.nexs.postgres.slowquery;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how many plans are asked for.
 */
class ExplainBudgetTests {

	private final AtomicLong now = new AtomicLong();

	private final ExplainBudget budget = new ExplainBudget(new SlowQuerySettings(Duration.ZERO, false, ExplainMode.PLAN,
			Duration.ofMinutes(10), 2, Duration.ofSeconds(1)), this.now::get);

	@Test
	void takeWhenStatementWasExplainedIsRefusedForTheInterval() {
		assertThat(this.budget.take("a")).isTrue();
		assertThat(this.budget.take("a")).isFalse();
		pass(Duration.ofMinutes(10).minusNanos(1));
		assertThat(this.budget.take("a")).isFalse();
		pass(Duration.ofNanos(1));
		assertThat(this.budget.take("a")).isTrue();
	}

	@Test
	void takeWhenMinuteIsUsedUpIsRefusedUntilTheNext() {
		assertThat(this.budget.take("a")).isTrue();
		assertThat(this.budget.take("b")).isTrue();
		assertThat(this.budget.take("c")).isFalse();
		pass(Duration.ofMinutes(1));
		assertThat(this.budget.take("c")).isTrue();
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toNanos());
	}

}
