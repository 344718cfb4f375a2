package io.nexs.postgres.validation;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the time limit of the parser.
 */
class BoundedParserTests {

	@Test
	@Timeout(20)
	void parseWhenItTakesTooLongGivesUpAndGoesOn() {
		try (BoundedParser parser = new BoundedParser(Duration.ofMillis(200))) {
			String nested = "delete from t where " + "(".repeat(16) + "a = 1" + ")".repeat(16) + " garbage (";
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
