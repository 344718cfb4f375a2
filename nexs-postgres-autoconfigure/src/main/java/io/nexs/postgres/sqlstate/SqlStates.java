package io.nexs.postgres.sqlstate;

/**
 * SQLSTATE codes by which failures are told apart. Those of the server are listed in
 * <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">appendix A of
 * the PostgreSQL manual</a>; those only the driver uses are marked so.
 */
public final class SqlStates {

	/** Warning without a class of its own. */
	public static final String WARNING = "01000";

	/** Connection failure without a detail. */
	public static final String CONNECTION_EXCEPTION = "08000";

	/** The client could not open a connection. */
	public static final String SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION = "08001";

	/** The connection is closed. */
	public static final String CONNECTION_DOES_NOT_EXIST = "08003";

	/** The server refused the connection. */
	public static final String SQLSERVER_REJECTED_ESTABLISHMENT_OF_SQLCONNECTION = "08004";

	/** An I/O failure on an open connection. */
	public static final String CONNECTION_FAILURE = "08006";

	/** The connection was lost and the outcome of the transaction is not known. */
	public static final String TRANSACTION_RESOLUTION_UNKNOWN = "08007";

	/** Server and driver no longer understand each other. */
	public static final String PROTOCOL_VIOLATION = "08P01";

	/** An I/O failure (pgjdbc, not PostgreSQL). */
	public static final String COMMUNICATION_ERROR = "08S01";

	/** A constraint is violated, without a detail. */
	public static final String INTEGRITY_CONSTRAINT_VIOLATION = "23000";

	/** A column that is not null was given no value. */
	public static final String NOT_NULL_VIOLATION = "23502";

	/** A row that is referred to does not exist, or is still referred to. */
	public static final String FOREIGN_KEY_VIOLATION = "23503";

	/** The key exists already. */
	public static final String UNIQUE_VIOLATION = "23505";

	/** A check constraint is violated. */
	public static final String CHECK_VIOLATION = "23514";

	/** An exclusion constraint is violated. */
	public static final String EXCLUSION_VIOLATION = "23P01";

	/** The statement cannot run inside a transaction. */
	public static final String ACTIVE_SQL_TRANSACTION = "25001";

	/** A write in a read-only transaction or on a standby. */
	public static final String READ_ONLY_SQL_TRANSACTION = "25006";

	/** The transaction is aborted and takes no further statements. */
	public static final String IN_FAILED_SQL_TRANSACTION = "25P02";

	/** The session was idle in a transaction for too long and has been ended. */
	public static final String IDLE_IN_TRANSACTION_SESSION_TIMEOUT = "25P03";

	/** The transaction took too long and the session has been ended. */
	public static final String TRANSACTION_TIMEOUT = "25P04";

	/** The user may not log in. */
	public static final String INVALID_AUTHORIZATION_SPECIFICATION = "28000";

	/** The password is wrong. */
	public static final String INVALID_PASSWORD = "28P01";

	/** A procedure ended a transaction that is not its own. */
	public static final String INVALID_TRANSACTION_TERMINATION = "2D000";

	/** The database does not exist. */
	public static final String INVALID_CATALOG_NAME = "3D000";

	/** The transaction was rolled back, without a detail. */
	public static final String TRANSACTION_ROLLBACK = "40000";

	/**
	 * The transaction cannot be ordered with the others; on a standby a recovery
	 * conflict.
	 */
	public static final String SERIALIZATION_FAILURE = "40001";

	/** The transaction was rolled back because of a constraint. */
	public static final String TRANSACTION_INTEGRITY_CONSTRAINT_VIOLATION = "40002";

	/** It is not known whether the statement took effect. */
	public static final String STATEMENT_COMPLETION_UNKNOWN = "40003";

	/** A deadlock; on a standby also with recovery. */
	public static final String DEADLOCK_DETECTED = "40P01";

	/** The user lacks a privilege. */
	public static final String INSUFFICIENT_PRIVILEGE = "42501";

	/** A resource is short, without a detail. */
	public static final String INSUFFICIENT_RESOURCES = "53000";

	/** The disk is full. */
	public static final String DISK_FULL = "53100";

	/** The server is out of memory. */
	public static final String OUT_OF_MEMORY = "53200";

	/** All connections of the server, the database or the user are taken. */
	public static final String TOO_MANY_CONNECTIONS = "53300";

	/** A limit in the configuration of the server is reached. */
	public static final String CONFIGURATION_LIMIT_EXCEEDED = "53400";

	/** A lock was not had at once or in time. */
	public static final String LOCK_NOT_AVAILABLE = "55P03";

	/** The statement was canceled. */
	public static final String QUERY_CANCELED = "57014";

	/** An administrator ended the session or the server; also a recovery conflict. */
	public static final String ADMIN_SHUTDOWN = "57P01";

	/** A server process crashed and all sessions were ended. */
	public static final String CRASH_SHUTDOWN = "57P02";

	/** The server starts, stops or recovers and takes no connections. */
	public static final String CANNOT_CONNECT_NOW = "57P03";

	/** The database of the session was dropped. */
	public static final String DATABASE_DROPPED = "57P04";

	/** The session was idle for too long and has been ended. */
	public static final String IDLE_SESSION_TIMEOUT = "57P05";

	/** A failure of the operating system. */
	public static final String SYSTEM_ERROR = "58000";

	/** An I/O failure of the server. */
	public static final String IO_ERROR = "58030";

	private SqlStates() {
	}

}
