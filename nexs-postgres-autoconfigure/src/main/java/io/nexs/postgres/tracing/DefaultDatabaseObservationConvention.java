package io.nexs.postgres.tracing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's stable conventions for databases, with node, role and route of ours.
 * The name is that of OpenTelemetry's meter. No value of a statement, no parameter and no
 * tenant is among the key values.
 */
public class DefaultDatabaseObservationConvention implements DatabaseObservationConvention {

	/**
	 * Name of the observations.
	 */
	public static final String NAME = "db.client.operation.duration";

	private static final String UNKNOWN = "unknown";

	private static final KeyValue SYSTEM = DatabaseKey.SYSTEM.withValue("postgresql");

	@Override
	public String getName() {
		return NAME;
	}

	/**
	 * The name of the span: the summary of the statement, else operation and database.
	 */
	@Override
	public String getContextualName(DatabaseObservationContext context) {
		String summary = summary(context);
		if (summary != null) {
			return summary;
		}
		String operation = operationName(context.operation());
		return ((operation != null) ? operation : context.operation().point().tag()) + " " + context.database();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(DatabaseObservationContext context) {
		HookContext operation = context.operation();
		Node node = context.node();
		return KeyValues.of(SYSTEM, DatabaseKey.NAMESPACE.withValue(context.database()),
				DatabaseKey.ADDRESS.withValue((node != null) ? node.address().host() : UNKNOWN),
				DatabaseKey.PORT.withValue((node != null) ? Integer.toString(node.address().port()) : UNKNOWN),
				DatabaseKey.OPERATION.withValue(operation.point().tag()),
				DatabaseKey.NODE.withValue(orUnknown(operation.node())),
				DatabaseKey.ROLE.withValue(orUnknown(operation.role())),
				DatabaseKey.REASON.withValue(orUnknown(operation.reason())));
	}

	private static String orUnknown(@Nullable String value) {
		return (value != null) ? value : UNKNOWN;
	}

	/**
	 * None at the start: they are asked for again at the end, when all are known.
	 */
	@Override
	public KeyValues getHighCardinalityKeyValues(DatabaseObservationContext context) {
		if (!context.isEnded()) {
			return KeyValues.empty();
		}
		HookContext operation = context.operation();
		List<KeyValue> values = new ArrayList<>(8);
		add(values, DatabaseKey.OPERATION_NAME, operationName(operation));
		add(values, DatabaseKey.SUMMARY, summary(context));
		add(values, DatabaseKey.TEXT, context.queryText());
		add(values, DatabaseKey.CORRELATION_ID, operation.correlationId());
		add(values, DatabaseKey.BATCH_SIZE, operation.batchSize(), 2);
		add(values, (operation.point() == HookPoint.QUERY) ? DatabaseKey.RETURNED_ROWS : DatabaseKey.ROWS,
				operation.rows(), 0);
		add(values, DatabaseKey.REPEATS, context.repeats(), 1);
		add(values, DatabaseKey.ATTEMPT, context.attempt(), 1);
		Throwable failure = operation.failure();
		if (failure != null) {
			add(values, DatabaseKey.STATUS_CODE, state(failure));
			add(values, DatabaseKey.ERROR_TYPE, errorType(failure));
		}
		return KeyValues.of(values);
	}

	private static void add(List<KeyValue> values, DatabaseKey key, @Nullable String value) {
		if (value != null) {
			values.add(key.withValue(value));
		}
	}

	private static void add(List<KeyValue> values, DatabaseKey key, long value, long least) {
		if (value >= least) {
			values.add(key.withValue(Long.toString(value)));
		}
	}

	/**
	 * Not taken from the text, as the conventions ask of databases that take several
	 * statements at once.
	 */
	private static @Nullable String operationName(HookContext operation) {
		return switch (operation.point()) {
			case COMMIT, ROLLBACK, COPY -> operation.point().name();
			case BATCH -> (operation.batchSize() > 1) ? operation.point().name() : null;
			default -> null;
		};
	}

	private static @Nullable String summary(DatabaseObservationContext context) {
		String summary = context.summary();
		boolean batch = context.operation().point() == HookPoint.BATCH && context.operation().batchSize() > 1;
		return (summary != null && batch) ? "BATCH " + summary : summary;
	}

	static @Nullable String state(Throwable failure) {
		return (failure instanceof SQLException sql) ? sql.getSQLState() : null;
	}

	static String errorType(Throwable failure) {
		String state = state(failure);
		return (state != null) ? state.toUpperCase(Locale.ROOT) : failure.getClass().getName();
	}

}
