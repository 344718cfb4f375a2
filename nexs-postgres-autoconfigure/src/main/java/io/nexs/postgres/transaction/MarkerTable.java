package io.nexs.postgres.transaction;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table that holds a row for each transaction that wrote something: its name and the
 * statements on it. Immutable.
 */
public final class MarkerTable {

	/**
	 * The name used when none is configured.
	 */
	public static final String DEFAULT_NAME = "nexs_commit_marker";

	private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}(\\.[a-z_][a-z0-9_]{0,62})?");

	private final String name;

	private final String quoted;

	/**
	 * Creates a table.
	 * @param name the name, with or without a schema: lower-case letters, digits and
	 * underscores
	 * @throws IllegalArgumentException if it is another
	 */
	public MarkerTable(String name) {
		if (!isName(name)) {
			throw new IllegalArgumentException("Not the name of a marker table: '" + name + "'");
		}
		this.name = name;
		this.quoted = Arrays.stream(name.split("\\.")).map(MarkerTable::quote).collect(Collectors.joining("."));
	}

	private MarkerTable(String name, String quoted) {
		this.name = name;
		this.quoted = quoted;
	}

	private static String quote(String part) {
		return '"' + part.replace("\"", "\"\"") + '"';
	}

	/**
	 * The same table, found whatever search path is in force.
	 */
	MarkerTable in(String schema) {
		String table = this.name.substring(this.name.indexOf('.') + 1);
		return new MarkerTable(this.name, quote(schema) + '.' + quote(table));
	}

	/**
	 * The name for the server.
	 */
	String quoted() {
		return this.quoted;
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
		return "create table if not exists " + this.quoted + " (id uuid primary key, claimed boolean not null"
				+ " default false, created timestamptz not null default clock_timestamp())";
	}

	/**
	 * The marker and COMMIT in one text. No row, and so no WAL, where nothing was
	 * written.
	 */
	String markAndCommit() {
		return "insert into " + this.quoted
				+ " (id) select ?::uuid where pg_current_xact_id_if_assigned() is not null; commit";
	}

	/**
	 * The claim, which waits for whoever is about to insert the same row. A row that is
	 * there is kept as it is, so that a claim may be repeated.
	 * @param lockMillis longest wait
	 */
	String claim(long lockMillis) {
		return "set transaction isolation level read committed; set local lock_timeout = " + lockMillis + "; " + claim()
				+ "; commit";
	}

	private String claim() {
		return "insert into " + this.quoted + " as marker (id, claimed) values (?::uuid, true) on conflict (id)"
				+ " do update set claimed = marker.claimed returning claimed";
	}

	/**
	 * All that is ever done to the table, for a transaction that is rolled back.
	 */
	String rehearsal() {
		return "insert into " + this.quoted
				+ " (id) select ?::uuid where pg_current_xact_id_if_assigned() is not null; " + claim()
				+ "; delete from " + this.quoted + " where id = ?::uuid and created < clock_timestamp()";
	}

	/**
	 * Deletes what is old. The identifiers ascend in time by the clock of whoever made
	 * them, so the index finds the candidates; the time of the server decides.
	 */
	String clean() {
		return "delete from " + this.quoted + " where id = any (array(select id from " + this.quoted
				+ " where id < ?::uuid and created < clock_timestamp() - ? * interval '1 millisecond'"
				+ " order by id limit ? for update skip locked))";
	}

	@Override
	public String toString() {
		return this.name;
	}

}
