package io.nexs.postgres.routing;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * The calls that can be executed behind other statements: the driver sends a text with
 * several statements in one round trip and keeps all results, of which the first ones are
 * not the caller's. The answer is the one that JDBC says of the plain call.
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
	 * The call of a statement with its text.
	 * @param sql the text of the application
	 * @param said what is sent for it
	 */
	StatementCall<Statement, R> text(String sql, StatementText said) {
		return new Text<>(sql, said, this);
	}

	/**
	 * Steps over the results of what was said in front.
	 */
	private static void stepOver(Statement statement, Preface first) throws SQLException {
		for (int i = 0; i < first.statements(); i++) {
			statement.getMoreResults();
		}
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
	 * The call of a statement that was prepared with all texts.
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
		public R executeBehind(PreparedStatement statement, Preface first) throws SQLException {
			statement.execute();
			stepOver(statement, first);
			return this.answer.apply(statement);
		}

	}

	/**
	 * The call of a statement with its text.
	 *
	 * @param <R> what comes back
	 */
	private record Text<R>(String sql, StatementText said,
			FollowingCall<R> call) implements StatementCall<Statement, R> {

		@Override
		public R execute(Statement statement) throws SQLException {
			return this.call.plain.apply(statement, this.said.of(this.sql));
		}

		@Override
		public boolean mayFollow() {
			return true;
		}

		@Override
		public R executeBehind(Statement statement, Preface first) throws SQLException {
			statement.execute(first.join(this.said.of(this.sql)));
			stepOver(statement, first);
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
