package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.tracing.TracingSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Tracing and correlation ids.
 *
 * @param enabled Whether operations are observed. By default they are where there is a
 * tracer.
 * @param points Operations that are observed: acquire, query, exec, batch, commit,
 * rollback, copy.
 * @param slowAcquire Time a connection is waited for that makes an event of the span at
 * hand; 0 for none.
 * @param queryText Whether spans have the text of statements, with ? in place of each
 * value.
 * @param meters Whether the handler of meters makes timers of the observations too.
 * @param propagate How correlation id and trace are told to the server.
 * @param tenantMdcKey Key in the MDC under which the application keeps its tenant, which
 * hooks are told then.
 * @param correlation Correlation ids.
 */
@ConfigurationProperties("nexs.db.tracing")
record TracingProperties(@Nullable Boolean enabled, @DefaultValue( {
		"query", "exec", "batch", "commit", "rollback", "copy" }) Set<HookPoint> points,
		@DefaultValue("100ms") Duration slowAcquire, @DefaultValue("false") boolean queryText,
		@DefaultValue("false") boolean meters, @DefaultValue("none") Propagate propagate, @Nullable String tenantMdcKey,
		@DefaultValue Correlation correlation){

	TracingProperties {
		points = Set.copyOf(points);
		PropertyRules.notNegative("nexs.db.tracing.slow-acquire", slowAcquire);
		for (HookPoint point : points) {
			if (!TracingSettings.OBSERVABLE.contains(point)) {
				throw new InvalidSettingException("nexs.db.tracing.points",
						"names " + point.tag() + ", which cannot be observed",
						"Name any of acquire, query, exec, batch, commit, rollback and copy.");
			}
		}
	}

	TracingSettings settings(SqlTexts texts) {
		return new TracingSettings(this.points, this.slowAcquire, this.queryText ? texts : null);
	}

	/**
	 * How correlation id and trace get to the server.
	 */
	enum Propagate {

		/**
		 * Not at all.
		 */
		NONE,

		/**
		 * As application_name of each transaction.
		 */
		APPLICATION_NAME,

		/**
		 * As a comment behind each statement.
		 */
		COMMENT

	}

	/**
	 * Correlation ids.
	 *
	 * @param enabled Whether the requests of a servlet application get a correlation id.
	 * @param headers Headers of a request that may have one, in their order.
	 * @param responseHeader Header of the response; empty for none.
	 * @param mdcKey Key in the MDC; empty for none.
	 */
	record Correlation(@DefaultValue("true") boolean enabled, @DefaultValue( {
			"X-Correlation-ID", "X-Request-ID" }) List<String> headers,
			@DefaultValue("X-Correlation-ID") String responseHeader, @DefaultValue("correlation_id") String mdcKey){

		Correlation {
			headers = List.copyOf(headers);
		}

	}

}
