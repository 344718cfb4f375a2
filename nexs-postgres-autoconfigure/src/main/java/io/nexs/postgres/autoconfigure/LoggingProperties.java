package io.nexs.postgres.autoconfigure;

import java.util.Set;

import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.logging.LoggingSettings;
import org.slf4j.event.Level;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Hook that logs operations to the logger nexs.sql.
 *
 * @param enabled Whether operations are logged.
 * @param points Operations that are logged when they end well.
 * @param level Level of operations that end well.
 * @param errorLevel Level of operations that fail or are refused, at every point.
 * @param sampling Share of the operations that end well that is logged, between 0 and 1.
 * @param parameters Whether parameters are shown, as far as the masks let them.
 */
@ConfigurationProperties("nexs.db.logging")
@Validated
record LoggingProperties(@DefaultValue("false") boolean enabled, @DefaultValue( {
		"query", "exec", "batch", "copy", "commit", "rollback" }) Set<HookPoint> points,
		@DefaultValue("info") Level level, @DefaultValue("error") Level errorLevel, @DefaultValue("1") double sampling,
		@DefaultValue("false") boolean parameters){

	LoggingProperties {
		PropertyRules.between("nexs.db.logging.sampling", sampling, 0, 1);
	}

	LoggingSettings settings() {
		return new LoggingSettings(this.points, this.level, this.errorLevel, this.sampling, this.parameters);
	}

}
