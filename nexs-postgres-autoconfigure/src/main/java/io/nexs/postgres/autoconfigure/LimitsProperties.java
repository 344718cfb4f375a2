package io.nexs.postgres.autoconfigure;

import java.time.Duration;

import io.nexs.postgres.limits.LimitSettings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Time limits of statements.
 *
 * @param read Time after which a statement of work marked read-only is ended; 0 for no
 * limit.
 * @param write Time after which any other single statement is ended; 0 for no limit.
 * @param batch Time after which a batch is ended; 0 for no limit.
 * @param copy Time after which a COPY is ended; 0 for no limit.
 * @param backstop How much later the server ends a statement by itself; 0 for never.
 */
@ConfigurationProperties("nexs.db.limits")
record LimitsProperties(@DefaultValue("0") Duration read, @DefaultValue("0") Duration write,
		@DefaultValue("0") Duration batch, @DefaultValue("0") Duration copy, @DefaultValue("5s") Duration backstop) {

	/** The server counts milliseconds in 31 bits. */
	private static final Duration LONGEST = Duration.ofDays(7);

	LimitsProperties {
		check("nexs.db.limits.read", read);
		check("nexs.db.limits.write", write);
		check("nexs.db.limits.batch", batch);
		check("nexs.db.limits.copy", copy);
		check("nexs.db.limits.backstop", backstop);
	}

	private static void check(String key, Duration limit) {
		PropertyRules.notNegative(key, limit);
		PropertyRules.zeroOrAtLeast(key, limit, Duration.ofMillis(1));
		PropertyRules.atMost(key, limit, LONGEST);
	}

	LimitSettings settings() {
		return LimitSettings.of(this.read, this.write, this.batch, this.copy).withBackstop(this.backstop);
	}

}
