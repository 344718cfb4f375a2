package io.nexs.postgres.sqlstate;

/**
 * What a failure means. Every failure is of one kind.
 */
public enum FailureKind {

	/**
	 * The connection is gone or its session has been ended by the server; what ran on it
	 * has an unknown outcome if it was a commit.
	 */
	CONNECTION_LOST,

	/**
	 * The node is not the one for this statement: a write met a read-only server.
	 */
	WRONG_NODE,

	/**
	 * The server has rolled the transaction back. On a standby this is also a conflict
	 * with recovery. The session goes on.
	 */
	ROLLED_BACK,

	/**
	 * A lock was not had at once or in time; the transaction is aborted, the session goes
	 * on.
	 */
	LOCK_NOT_AVAILABLE,

	/**
	 * An integrity constraint is violated.
	 */
	CONSTRAINT,

	/**
	 * The server lacks memory, disk, connections or another resource.
	 */
	RESOURCES,

	/**
	 * The statement was canceled: by a statement time-out, a user or a standby.
	 */
	CANCELED,

	/**
	 * The server refuses the user, the password or the database.
	 */
	CREDENTIALS,

	/**
	 * Any other failure, among them those without an SQLSTATE.
	 */
	OTHER

}
