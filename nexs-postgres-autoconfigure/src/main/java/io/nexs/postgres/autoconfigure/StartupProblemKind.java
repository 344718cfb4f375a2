package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.pool.NodeConnector;

/**
 * What may be wrong with a node at the start of the application.
 */
enum StartupProblemKind {

	UNREACHABLE(false, "cannot be reached",
			"Check that the server runs, that its name, host and port are right, and that nothing between refuses it."),

	NOT_READY(false, "takes no connections yet",
			"Look at the server's log: it is starting, shutting down or recovering, or all its connections are in use."),

	CREDENTIALS(true, "refuses the log-in",
			"Correct user and password, in the DSN or in 'nexs.db.username' and 'nexs.db.password'; the role needs LOGIN,"
					+ " and an entry of pg_hba.conf has to let it in from here. A 'hostssl' entry wants 'sslmode=require'."
					+ " The server's log has the reason."),

	DATABASE(false, "does not have the database",
			"Correct the database in the DSN, or in 'nexs.db.monitor.database' if that is set, or create it."),

	RIGHT(true, "refuses what the probe asks",
			"Grant the role what the message names, on the primary: CONNECT on the database, and EXECUTE on"
					+ " pg_is_in_recovery, pg_current_wal_lsn, pg_current_wal_flush_lsn, pg_walfile_name,"
					+ " pg_last_wal_replay_lsn, pg_last_wal_receive_lsn, pg_last_xact_replay_timestamp,"
					+ " pg_postmaster_start_time, inet_server_addr and inet_server_port, which PUBLIC has by default."),

	NO_TLS(true, "has no TLS",
			"Let the server offer TLS (ssl=on), or use another 'sslmode' than require, verify-ca and verify-full."),

	NO_TLS_OR_PASSWORD(true, "refuses the connection",
			"If the message tells of SSL, let the server offer it (ssl=on), or use another 'sslmode'. If it tells of a"
					+ " password, set one in the DSN or in 'nexs.db.password'."),

	CERTIFICATE(true, "has a certificate that is not trusted",
			"Name a file with the certificate of the authority that signed it in 'sslrootcert' of the DSN. With"
					+ " 'sslmode=verify-full' it also has to name the host of the DSN."),

	TLS(false, "does not finish the TLS handshake",
			"Check 'sslmode' and the files named by 'sslrootcert', 'sslcert' and 'sslkey' in the DSN, and the server's"
					+ " log."),

	OTHER_CLUSTER(true, "belongs to another cluster",
			"List the nodes of one cluster only: a primary and its streaming replicas have one system identifier. A server"
					+ " made by its own initdb or by a restored dump is another cluster; a replica is made by pg_basebackup."),

	VERSION(true, "is too old", "Use PostgreSQL " + NodeConnector.OLDEST_SERVER + " or a later version."),

	SAME_SERVER(true, "leads to the same server as another node",
			"List each server once: remove one of the two addresses."),

	OTHER(false, "cannot be used", "The message and the server's log tell more.");

	private final boolean lasting;

	private final String what;

	private final String action;

	StartupProblemKind(boolean lasting, String what, String action) {
		this.lasting = lasting;
		this.what = what;
		this.action = action;
	}

	/**
	 * Whether waiting would not change it.
	 */
	boolean isLasting() {
		return this.lasting;
	}

	/**
	 * What is wrong, to be read after the name of the node.
	 */
	String what() {
		return this.what;
	}

	/**
	 * What to do, in sentences.
	 */
	String action() {
		return this.action;
	}

}
