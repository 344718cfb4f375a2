package io.nexs.postgres.slowquery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;

import io.nexs.postgres.hook.HookParameter;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseStatement;
import org.postgresql.core.QueryExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a node for the plan of a statement, on a pooled connection of its own and in a
 * read-only transaction with a time limit, which is rolled back. Thread-safe.
 */
final class Explainer {

	private static final Logger logger = LoggerFactory.getLogger(Explainer.class);

	/** EXPLAIN takes a statement whose parameters have no values since then. */
	private static final int GENERIC_PLAN = 16;

	private static final int XML = 1;

	private final NodePools pools;

	private final Duration timeout;

	Explainer(NodePools pools, Duration timeout) {
		this.pools = pools;
		this.timeout = timeout;
	}

	/**
	 * Asks for a plan.
	 * @return the plan without data; {@code null} if there is none
	 */
	@Nullable String explain(ExplainRequest request) {
		try {
			return PlanText.of(ask(request));
		}
		catch (SQLException ex) {
			logger.debug("There is no plan of a slow statement on {}: {}", request.node(), ex.getSQLState());
		}
		catch (Exception ex) {
			logger.debug("There is no plan of a slow statement on {}: {}", request.node(), ex.getClass().getName());
		}
		return null;
	}

	private String ask(ExplainRequest request) throws SQLException {
		NodePool pool = this.pools.of(request.node());
		Connection connection = pool.borrow(this.timeout.toMillis());
		try {
			return ask(connection, request);
		}
		finally {
			pool.giveBack(connection);
		}
	}

	/**
	 * The pool gets its connection back as it lent it.
	 */
	private String ask(Connection connection, ExplainRequest request) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		boolean readOnly = connection.isReadOnly();
		connection.setAutoCommit(false);
		try {
			try (Statement limit = connection.createStatement()) {
				limit.execute("set transaction read only; set local statement_timeout = " + this.timeout.toMillis()
						+ "; set local lock_timeout = " + Math.max(1, this.timeout.toMillis() / 2));
			}
			return plan(connection, request);
		}
		finally {
			connection.rollback();
			connection.setReadOnly(readOnly);
			connection.setAutoCommit(autoCommit);
		}
	}

	private static String plan(Connection connection, ExplainRequest request) throws SQLException {
		int parameters = SqlTexts.parameters(request.sql());
		boolean known = request.parameters().size() == parameters
				&& request.parameters().stream().allMatch(HookParameter::known);
		if (!known) {
			return genericPlan(connection, request.sql());
		}
		try (PreparedStatement statement = connection.prepareStatement(
				"explain (" + (request.mayExecute() ? "analyze, " : "") + "format xml) " + request.sql())) {
			for (HookParameter parameter : request.parameters()) {
				bind(statement, parameter.index(), parameter.value());
			}
			return read(statement.executeQuery());
		}
	}

	/**
	 * The extended protocol would want values for the parameters, and the plan be one for
	 * these.
	 */
	private static String genericPlan(Connection connection, String sql) throws SQLException {
		if (connection.getMetaData().getDatabaseMajorVersion() < GENERIC_PLAN) {
			throw new SQLFeatureNotSupportedException("There is no generic plan", "0A000");
		}
		try (Statement statement = connection.createStatement()) {
			statement.unwrap(BaseStatement.class)
				.executeWithFlags("explain (generic_plan, format xml) " + SqlTexts.numbered(sql),
						QueryExecutor.QUERY_EXECUTE_AS_SIMPLE);
			return read(statement.getResultSet());
		}
	}

	private static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
		if (value == null) {
			statement.setNull(index, Types.NULL);
		}
		else {
			statement.setObject(index, value);
		}
	}

	private static String read(ResultSet rows) throws SQLException {
		try (rows) {
			StringBuilder xml = new StringBuilder();
			while (rows.next()) {
				xml.append(rows.getString(XML)).append('\n');
			}
			return xml.toString();
		}
	}

}
