package io.nexs.postgres.transaction;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * The marker table is missing, or the role of the application may not use it, or it has
 * other columns.
 */
@SuppressWarnings("serial")
public final class MarkerTableException extends IllegalStateException {

	private final String problem;

	private final String ddl;

	MarkerTableException(MarkerTable table, @Nullable String role, SQLException cause) {
		this("The marker table '" + table.name() + "' cannot be used" + ((role != null) ? " by role " + role : "")
				+ ": " + cause.getMessage(), table.ddl(), cause);
	}

	private MarkerTableException(String problem, String ddl, SQLException cause) {
		super(problem + ". Create it: " + ddl, cause);
		this.problem = problem;
		this.ddl = ddl;
	}

	/**
	 * Returns what is wrong.
	 * @return one sentence without a full stop
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Returns the statement that creates the table.
	 * @return SQL
	 */
	public String getDdl() {
		return this.ddl;
	}

}
