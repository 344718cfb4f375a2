package io.nexs.postgres.autoconfigure;

/**
 * Something under {@code nexs.db} is set, but nothing says where the database is.
 */
@SuppressWarnings("serial")
public final class MissingDsnException extends IllegalStateException {

	static final String PROBLEM = "No server is configured: none of 'nexs.db.dsn', 'nexs.db.replica-dsn' and"
			+ " 'nexs.db.replicas' is set.";

	static final String ACTION = "Set 'nexs.db.dsn' (or the environment variable NEXS_DB_DSN) to the servers of your"
			+ " cluster, for example postgres://app:secret@h1:5432,h2:5432/orders. To try without a server, add the"
			+ " dependency io.nexs:nexs-postgres-embedded and leave 'nexs.db.embedded.enabled' on.";

	/**
	 * A failure that says which properties name servers.
	 */
	public MissingDsnException() {
		super(PROBLEM + " " + ACTION);
	}

}
