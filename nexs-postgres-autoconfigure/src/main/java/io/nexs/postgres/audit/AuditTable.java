package io.nexs.postgres.audit;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table of audited changes: its name and the statements on it. Immutable.
 */
public final class AuditTable {

	/**
	 * The name used when none is configured.
	 */
	public static final String DEFAULT_NAME = "nexs_audit";

	private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}(\\.[a-z_][a-z0-9_]{0,62})?");

	private final String name;

	private final String quoted;

	/**
	 * Creates a table.
	 * @param name the name, with or without a schema: lower-case letters, digits and
	 * underscores
	 * @throws IllegalArgumentException if it is another
	 */
	public AuditTable(String name) {
		if (!isName(name)) {
			throw new IllegalArgumentException("Not the name of an audit table: '" + name + "'");
		}
		this.name = name;
		this.quoted = Arrays.stream(name.split("\\.")).map((part) -> '"' + part + '"').collect(Collectors.joining("."));
	}

	/**
	 * Tells whether a text can be the name.
	 * @param name the text
	 * @return whether it has at most one dot, and lower-case letters, digits and
	 * underscores
	 */
	public static boolean isName(String name) {
		return NAME.matcher(name).matches();
	}

	/**
	 * Returns the name.
	 * @return the name as it was configured
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the statement that creates the table.
	 * @return one statement, which does nothing where the table exists
	 */
	public String ddl() {
		return "create table if not exists " + this.quoted + " (id bigint generated always as identity primary key,"
				+ " recorded_at timestamptz not null, actor text, tenant text, correlation_id text, node text,"
				+ " operation text not null, sql text, parameters text, row_count bigint, outcome text not null,"
				+ " sqlstate text, xact xid8 not null default pg_current_xact_id())";
	}

	/**
	 * Returns a query of the table that brings no row.
	 * @return one statement
	 */
	public String probe() {
		return "select id, recorded_at, actor, tenant, correlation_id, node, operation, sql, parameters, row_count,"
				+ " outcome, sqlstate, xact from " + this.quoted + " limit 0";
	}

	String insert() {
		return "insert into " + this.quoted + " (recorded_at, actor, tenant, correlation_id, node, operation, sql,"
				+ " parameters, row_count, outcome, sqlstate) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	}

	String update() {
		return "update " + this.quoted + " set row_count = ?, outcome = ?, sqlstate = ? where id = ?";
	}

	@Override
	public String toString() {
		return this.name;
	}

}
