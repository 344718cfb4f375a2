package io.nexs.postgres.logging;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.masking.OperationSummary;
import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.core.Ordered;

/**
 * Logs operations to {@code nexs.sql}: a line for people, and the same as key-values for
 * structured logs. SQL is told without its literals, and never the tenant or the message
 * of a failure. Called first and last of all hooks, so that it tells what others refused.
 * Thread-safe.
 */
public final class LoggingHook implements DatabaseHook, Ordered {

	/**
	 * The name of the hook.
	 */
	public static final String NAME = "logging";

	/**
	 * The name of the logger.
	 */
	public static final String LOGGER = "nexs.sql";

	private static final Logger logger = LoggerFactory.getLogger(LOGGER);

	private final LoggingSettings settings;

	private final SqlTexts texts;

	private final @Nullable ParameterMasker masker;

	/**
	 * Creates the hook.
	 * @param settings its settings
	 * @param texts normalizes statements
	 * @param masker masks parameters
	 */
	public LoggingHook(LoggingSettings settings, SqlTexts texts, ParameterMasker masker) {
		this.settings = settings;
		this.texts = texts;
		this.masker = settings.parameters() ? masker : null;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 100;
	}

	@Override
	public Set<HookPoint> points() {
		Set<HookPoint> points = EnumSet.of(HookPoint.ERROR);
		points.addAll(this.settings.points());
		return points;
	}

	@Override
	public boolean needsParameters() {
		return this.masker != null;
	}

	@Override
	public void after(HookContext context) {
		if (context.failure() == null && logger.isEnabledForLevel(this.settings.level()) && isSampled()) {
			log(context, this.settings.level());
		}
	}

	@Override
	public void failed(HookContext context) {
		if (logger.isEnabledForLevel(this.settings.errorLevel())) {
			log(context, this.settings.errorLevel());
		}
	}

	private boolean isSampled() {
		return this.settings.sampling() >= 1 || ThreadLocalRandom.current().nextDouble() < this.settings.sampling();
	}

	private void log(HookContext context, Level level) {
		OperationSummary summary = OperationSummary.of(context, this.texts, this.masker);
		summary.addTo(logger.atLevel(level)).log(summary.line());
	}

}
