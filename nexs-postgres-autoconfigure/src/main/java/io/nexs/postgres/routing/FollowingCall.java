package io.nexs.postgres.routing;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * The calls that can be executed behind another statement: the driver sends a text with
 * several statements in one round trip and keeps all results, of which the first is not
 * the caller's. The answer is the one that JDBC says of the plain call.
 *
 * @param <R> what comes back
 */
final class FollowingCall<R> {

	static final FollowingCall<ResultSet> QUERY = new FollowingCall<>(PreparedStatement::executeQuery,
			Statement::executeQuery, FollowingCall::rows);

	static final FollowingCall<Integer> UPDATE = new FollowingCall<>(PreparedStatement::executeUpdate,
			Statement::executeUpdate, FollowingCall::count);

	static final FollowingCall<Long> LARGE_UPDATE = new FollowingCall<>(PreparedStatement::executeLargeUpdate,
			Statement::executeLargeUpdate, FollowingCall::largeCount);

	static final FollowingCall<Boolean> EXECUTE = new FollowingCall<>(PreparedStatement::execute, Statement::execute,
			FollowingCall::hasRows);

	private final StatementCall<PreparedStatement, R> prepared;

	private final SqlBiFunction<Statement, String, R> plain;

	private final SqlFunction<Statement, R> answer;

	private FollowingCall(SqlFunction<PreparedStatement, R> prepared, SqlBiFunction<Statement, String, R> plain,
			SqlFunction<Statement, R> answer) {
		this.prepared = new Prepared<>(prepared, answer);
		this.plain = plain;
		this.answer = answer;
	}

	/**
	 * The call of a prepared statement.
	 */
	StatementCall<PreparedStatement, R> prepared() {
		return this.prepared;
	}

	/**
	 * The call of a plain statement.
	 */
	StatementCall<Statement, R> text(String sql) {
		return new Text<>(sql, this);
	}

	/**
	 * One text of two statements. The line break ends a comment; behind the semicolon it
	 * would shift the positions in the server's error messages.
	 */
	static String join(String first, String sql) {
		return first + "\n;" + sql;
	}

	private static ResultSet rows(Statement statement) throws SQLException {
		ResultSet rows = statement.getResultSet();
		if (rows == null) {
			throw new SQLException("No results were returned by the query.", "02000");
		}
		return rows;
	}

	private static Integer count(Statement statement) throws SQLException {
		checkNoRows(statement);
		return Math.max(0, statement.getUpdateCount());
	}

	private static Long largeCount(Statement statement) throws SQLException {
		checkNoRows(statement);
		return Math.max(0, statement.getLargeUpdateCount());
	}

	private static void checkNoRows(Statement statement) throws SQLException {
		if (hasRows(statement)) {
			throw new SQLException("A result was returned when none was expected.", "0100E");
		}
	}

	private static boolean hasRows(Statement statement) throws SQLException {
		return statement.getResultSet() != null;
	}

	/**
	 * The call of a statement that was prepared with both texts.
	 *
	 * @param <R> what comes back
	 */
	private record Prepared<R>(SqlFunction<PreparedStatement, R> plain,
			SqlFunction<Statement, R> answer) implements StatementCall<PreparedStatement, R> {

		@Override
		public R execute(PreparedStatement statement) throws SQLException {
			return this.plain.apply(statement);
		}

		@Override
		public boolean mayFollow() {
			return true;
		}

		@Override
		public R executeBehind(PreparedStatement statement, String first) throws SQLException {
			statement.execute();
			statement.getMoreResults();
			return this.answer.apply(statement);
		}

	}

	/**
	 * The call of a statement with its text.
	 *
	 * @param <R> what comes back
	 */
	private record Text<R>(String sql, FollowingCall<R> call) implements StatementCall<Statement, R> {

		@Override
		public R execute(Statement statement) throws SQLException {
			return this.call.plain.apply(statement, this.sql);
		}

		@Override
		public boolean mayFollow() {
			return true;
		}

		@Override
		public R executeBehind(Statement statement, String first) throws SQLException {
			statement.execute(join(first, this.sql));
			statement.getMoreResults();
			return this.call.answer.apply(statement);
		}

	}

	/**
	 * A function of two arguments.
	 *
	 * @param <T> first argument
	 * @param <U> second argument
	 * @param <R> result
	 */
	@FunctionalInterface
	private interface SqlBiFunction<T, U, R extends @Nullable Object> {

		R apply(T first, U second) throws SQLException;

	}

}
