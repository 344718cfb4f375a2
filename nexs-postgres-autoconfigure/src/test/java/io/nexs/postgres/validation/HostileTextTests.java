package io.nexs.postgres.validation;

import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Texts that were made to keep a judge busy, or to overflow its stack.
 */
class HostileTextTests {

	private static final int MANY = 100_000;

	private final BoundedParser parser = new BoundedParser(Duration.ofSeconds(1));

	private final StatementJudge judge = new StatementJudge(this.parser, false);

	@AfterEach
	void close() {
		this.parser.close();
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void queryWhenLongIsJudgedAtOnce() {
		assertThat(this.judge.judge("select 1" + " union all select 1".repeat(MANY))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "explain analyze ", "explain ( analyze ) ", "prepare a as ", "explain analyze verbose " })
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void textWhenNestedIsJudgedOrCannotBe(String head) {
		Set<ValidationRule> broken = this.judge.judge(head.repeat(MANY / 5) + "delete from item");
		assertThat(broken).isNotEmpty();
	}

	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void analyzeWhenRepeatedIsJudgedOrCannotBe() {
		assertThat(this.judge.judge("explain analyze" + " analyze".repeat(MANY) + " delete from item")).isNotEmpty();
	}

}
