package io.nexs.postgres.routing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.postgresql.core.ResultCursor;
import org.postgresql.jdbc.PgResultSet;

/**
 * How many rows a statement changed or fetched, for hooks. JDBC tells the second only to
 * who reads to the end; the driver has all rows when it returns, unless there is a
 * cursor, and keeps them in a field without a getter. Where that field cannot be read,
 * the number is not known.
 */
final class RowCount {

	private static final @Nullable MethodHandle ROWS = getter("rows", List.class);

	private static final @Nullable MethodHandle CURSOR = getter("cursor", ResultCursor.class);

	private static final long UNKNOWN = -1;

	private RowCount() {
	}

	private static @Nullable MethodHandle getter(String field, Class<?> type) {
		try {
			return MethodHandles.privateLookupIn(PgResultSet.class, MethodHandles.lookup())
				.findGetter(PgResultSet.class, field, type);
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Counts the rows of a result.
	 * @param result what the call of JDBC returned
	 * @param statement whose call it was
	 * @return the number, -1 if it is not known
	 */
	static long of(@Nullable Object result, Statement statement) {
		if (result instanceof ResultSet rows) {
			return fetched(rows);
		}
		if (result instanceof Number count) {
			return count.longValue();
		}
		if (result instanceof int[] counts) {
			return sum(counts);
		}
		if (result instanceof long[] counts) {
			return sum(counts);
		}
		return (result instanceof Boolean hasRows) ? ofExecute(hasRows, statement) : UNKNOWN;
	}

	private static long ofExecute(boolean hasRows, Statement statement) {
		try {
			if (!hasRows) {
				return statement.getLargeUpdateCount();
			}
			ResultSet rows = statement.getResultSet();
			return (rows != null) ? fetched(rows) : UNKNOWN;
		}
		catch (SQLException ex) {
			return UNKNOWN;
		}
	}

	private static long fetched(ResultSet rows) {
		if (ROWS == null || CURSOR == null) {
			return UNKNOWN;
		}
		try {
			PgResultSet result = rows.unwrap(PgResultSet.class);
			List<?> fetched = (List<?>) ROWS.invokeExact(result);
			ResultCursor cursor = (ResultCursor) CURSOR.invokeExact(result);
			return (fetched != null && cursor == null) ? fetched.size() : UNKNOWN;
		}
		catch (Throwable ex) {
			return UNKNOWN;
		}
	}

	private static long sum(int[] counts) {
		long sum = 0;
		for (int count : counts) {
			if (count < 0) {
				return UNKNOWN;
			}
			sum += count;
		}
		return sum;
	}

	private static long sum(long[] counts) {
		long sum = 0;
		for (long count : counts) {
			if (count < 0) {
				return UNKNOWN;
			}
			sum += count;
		}
		return sum;
	}

}
