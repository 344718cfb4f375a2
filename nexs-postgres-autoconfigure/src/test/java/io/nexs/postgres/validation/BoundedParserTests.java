package io.nexs.postgres.validation;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the time limit of the parser.
 */
class BoundedParserTests {

	@Test
	@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
	void parseWhenItTakesTooLongGivesUpAndGoesOn() {
		try (BoundedParser parser = new BoundedParser(Duration.ofMillis(200))) {
			String nested = "delete from t where a = " + "case when (".repeat(24) + "1 = 1"
					+ ") then 1 else 2 end = 1".repeat(24);
			assertThat(parser.parse(nested)).isNull();
			assertThat(parser.parse("delete from t where a = 1")).isNotNull();
		}
	}

	@Test
	void parseWhenTextIsTooLongOrTooDeepGivesUp() {
		try (BoundedParser parser = new BoundedParser(Duration.ofMillis(200))) {
			assertThat(parser.parse("delete from t where a in (" + "1, ".repeat(50_000) + "1)")).isNull();
			assertThat(parser.parse("delete from t where " + "not ".repeat(10_000) + "a")).isNull();
			assertThat(parser.parse("delete from t where a = 1 garbage garbage")).isNull();
		}
	}

}
