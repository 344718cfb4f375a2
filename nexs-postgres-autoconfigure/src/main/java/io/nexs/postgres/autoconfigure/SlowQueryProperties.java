package io.nexs.postgres.autoconfigure;

import java.time.Duration;

import io.nexs.postgres.slowquery.ExplainMode;
import io.nexs.postgres.slowquery.SlowQuerySettings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Hook that tells of slow statements, to the logger nexs.slow and by events.
 *
 * @param enabled Whether slow statements are told.
 * @param threshold Time from which on a statement is slow.
 * @param parameters Whether parameters are shown, as far as the masks let them.
 * @param explain Whether the server is asked for plans: off, plan, or analyze, which
 * executes queries again.
 * @param explainInterval Time in which statements that differ in their data only are
 * explained once.
 * @param explainPerMinute Plans that are asked for in a minute at most.
 * @param explainTimeout Longest time a plan may take.
 */
@ConfigurationProperties("nexs.db.slow-query")
@Validated
record SlowQueryProperties(@DefaultValue("false") boolean enabled, @DefaultValue("100ms") Duration threshold,
		@DefaultValue("false") boolean parameters, @DefaultValue("off") ExplainMode explain,
		@DefaultValue("10m") Duration explainInterval, @DefaultValue("6") int explainPerMinute,
		@DefaultValue("1s") Duration explainTimeout) {

	SlowQueryProperties {
		PropertyRules.notNegative("nexs.db.slow-query.threshold", threshold);
		PropertyRules.notNegative("nexs.db.slow-query.explain-interval", explainInterval);
		PropertyRules.atLeast("nexs.db.slow-query.explain-per-minute", explainPerMinute, 1);
		PropertyRules.atLeast("nexs.db.slow-query.explain-timeout", explainTimeout, Duration.ofMillis(10));
	}

	SlowQuerySettings settings() {
		return new SlowQuerySettings(this.threshold, this.parameters, this.explain, this.explainInterval,
				this.explainPerMinute, this.explainTimeout);
	}

}
