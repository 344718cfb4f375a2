package io.nexs.postgres.masking;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import io.nexs.postgres.hook.HookContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.util.ClassUtils;

/**
 * What may be told of an operation that has ended. It has neither literals nor the tenant
 * nor the message of a failure, in which the server repeats data.
 *
 * @param operation the point
 * @param name the name of an operation of the application
 * @param node id of the node
 * @param role role of the node
 * @param reason why the node was chosen
 * @param duration how long it took
 * @param rows number of rows, -1 if it is not known
 * @param sql the statement without literals
 * @param parameters the parameters as far as they may be shown; empty unless asked for
 * @param sqlState SQLSTATE of a failure
 * @param error class of a failure
 * @param correlationId what all operations of one request have in common
 */
public record OperationSummary(String operation, @Nullable String name, @Nullable String node, @Nullable String role,
		@Nullable String reason, Duration duration, long rows, @Nullable String sql, List<String> parameters,
		@Nullable String sqlState, @Nullable String error, @Nullable String correlationId) {

	/** Statements of a batch of texts that are told. */
	private static final int MOST_TEXTS = 10;

	public OperationSummary {
		parameters = List.copyOf(parameters);
	}

	/**
	 * Sums up an operation.
	 * @param context the operation, which has ended
	 * @param texts normalizes the statement
	 * @param masker tells its parameters, or {@code null} to leave them out
	 * @return what may be told
	 */
	public static OperationSummary of(HookContext context, SqlTexts texts, @Nullable ParameterMasker masker) {
		String sql = context.sql();
		NormalizedSql normalized = (sql != null) ? texts.of(sql) : null;
		String told = (normalized != null) ? told(normalized, context.texts(), texts) : null;
		Throwable failure = context.failure();
		return new OperationSummary(context.point().tag(), context.name(), context.node(), context.role(),
				context.reason(), context.duration(), context.rows(), told,
				(masker != null && normalized != null) ? masker.tell(normalized, context.parameters()) : List.of(),
				sqlState(failure), (failure != null) ? ClassUtils.getShortName(failure.getClass()) : null,
				context.correlationId());
	}

	/**
	 * A batch of texts is told by those that differ.
	 */
	private static String told(NormalizedSql first, List<String> all, SqlTexts texts) {
		if (all.size() < 2) {
			return first.text();
		}
		return all.stream()
			.map((text) -> texts.of(text).text())
			.distinct()
			.limit(MOST_TEXTS)
			.collect(Collectors.joining("; "));
	}

	private static @Nullable String sqlState(@Nullable Throwable failure) {
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < 16; depth++) {
			if (cause instanceof SQLException ex && ex.getSQLState() != null) {
				return ex.getSQLState();
			}
			cause = cause.getCause();
		}
		return null;
	}

	/**
	 * Adds what is known as key-values. Their names begin with {@code db.}, since a
	 * structured log does not take a name twice and the MDC has names of its own.
	 * @param event the event
	 * @return the event
	 */
	public LoggingEventBuilder addTo(LoggingEventBuilder event) {
		add(event, "db.operation", (this.name != null) ? this.operation + ":" + this.name : this.operation);
		add(event, "db.node", this.node);
		add(event, "db.role", this.role);
		add(event, "db.reason", this.reason);
		event.addKeyValue("db.duration_ms", millis());
		if (this.rows >= 0) {
			event.addKeyValue("db.rows", this.rows);
		}
		add(event, "db.sql", this.sql);
		add(event, "db.parameters", this.parameters.isEmpty() ? null : this.parameters.toString());
		add(event, "db.sqlstate", this.sqlState);
		add(event, "db.error", this.error);
		add(event, "db.correlation_id", this.correlationId);
		return event;
	}

	private static void add(LoggingEventBuilder event, String key, @Nullable String value) {
		if (value != null) {
			event.addKeyValue(key, value);
		}
	}

	private double millis() {
		return this.duration.toNanos() / 1000 / 1000.0;
	}

	/**
	 * One line for people.
	 * @return the operation, where, how long, what it brought, and the statement
	 */
	public String line() {
		StringBuilder line = new StringBuilder(this.operation);
		if (this.name != null) {
			line.append(' ').append(this.name);
		}
		if (this.node != null) {
			line.append(" on ").append(this.node);
		}
		line.append(" took ").append(millis()).append(" ms");
		if (this.rows >= 0) {
			line.append(", ").append(this.rows).append((this.rows == 1) ? " row" : " rows");
		}
		if (this.error != null) {
			line.append(", failed with ").append(this.error);
			line.append((this.sqlState != null) ? " " + this.sqlState : "");
		}
		if (this.sql != null) {
			line.append(": ").append(this.sql);
		}
		if (!this.parameters.isEmpty()) {
			line.append(' ').append(this.parameters);
		}
		return line.toString();
	}

}
