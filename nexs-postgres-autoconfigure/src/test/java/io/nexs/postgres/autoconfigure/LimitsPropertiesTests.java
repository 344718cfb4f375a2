package io.nexs.postgres.autoconfigure;

import java.time.Duration;

import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.limits.TimeLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LimitsProperties}.
 */
class LimitsPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(LimitsConfiguration.class);

	@Test
	void bindWhenNothingIsSetLimitsNothing() {
		this.runner.run((context) -> assertThat(context.getBean(TimeLimits.class).isActive()).isFalse());
	}

	@Test
	void bindWhenSetLimits() {
		this.runner
			.withPropertyValues("nexs.db.limits.read=2s", "nexs.db.limits.write=3s", "nexs.db.limits.batch=4s",
					"nexs.db.limits.copy=5s", "nexs.db.limits.backstop=0")
			.run((context) -> assertThat(context.getBean(TimeLimits.class).settings()).isEqualTo(LimitSettings
				.of(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4), Duration.ofSeconds(5))
				.withBackstop(Duration.ZERO)));
	}

	@ParameterizedTest
	@CsvSource({ "read,-1s,is -1s", "write,500us,less than 1ms", "batch,8d,more than 604800s", "copy,-5ms,is -5ms",
			"backstop,-1s,is -1s" })
	void bindWhenOutOfRangeNamesTheKey(String key, String value, String complaint) {
		this.runner.withPropertyValues("nexs.db.limits." + key + "=" + value).run((context) -> {
			Throwable root = NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure());
			assertThat(root).isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining("nexs.db.limits." + key)
				.hasMessageContaining(complaint);
		});
	}

}
