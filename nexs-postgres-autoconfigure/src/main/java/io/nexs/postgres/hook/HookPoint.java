package io.nexs.postgres.hook;

import java.util.Locale;

/**
 * Where hooks are called. The name in lower case with dashes is a meter tag.
 */
public enum HookPoint {

	/**
	 * A physical connection is opened, on a thread of its pool. Who refuses it lets the
	 * attempt fail; the pool tries again while somebody waits for a connection.
	 */
	CONNECTION_OPEN(true),

	/**
	 * A physical connection is closed or aborted. {@link HookContext#duration()} is the
	 * time it was open.
	 */
	CONNECTION_CLOSE(false),

	/**
	 * A handle takes a connection from a pool: with the first statement, and anew where a
	 * later transaction goes elsewhere. Before it the node is not known yet;
	 * {@link HookContext#duration()} has all waits for a primary or a free connection.
	 */
	ACQUIRE(true),

	/**
	 * A connection goes back to its pool. {@link HookContext#duration()} is the time it
	 * was lent.
	 */
	RELEASE(false),

	/**
	 * A statement that asks for rows: {@code executeQuery}, or {@code execute} of a text
	 * that begins with {@code select}, {@code values}, {@code table}, {@code show},
	 * {@code explain} or {@code fetch}.
	 */
	QUERY(true),

	/**
	 * Any other single statement: {@code executeUpdate}, {@code execute}, and calls.
	 */
	EXEC(true),

	/**
	 * {@code executeBatch}.
	 */
	BATCH(true),

	/**
	 * A transaction begins, with its first statement. There is none in autocommit mode.
	 */
	BEGIN(true),

	/**
	 * COMMIT of a transaction that executed a statement. Who refuses it leaves the
	 * transaction open, and its owner rolls it back.
	 */
	COMMIT(true),

	/**
	 * ROLLBACK of a transaction that executed a statement, also where the server did it
	 * because the connection was lost or closed.
	 */
	ROLLBACK(false),

	/**
	 * COPY through the driver's {@code CopyManager}.
	 */
	COPY(true),

	/**
	 * An operation at any of the other points failed or was refused;
	 * {@link DatabaseHook#failed} is called.
	 */
	ERROR(false),

	/**
	 * An operation of the application itself, see {@link HookRegistry#call}.
	 */
	CUSTOM(true);

	private final boolean refusable;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	HookPoint(boolean refusable) {
		this.refusable = refusable;
	}

	/**
	 * Whether a hook may refuse the operation. What is thrown before one that cannot be
	 * refused is logged, counted and ignored.
	 * @return {@code false} where the operation happens in any case
	 */
	public boolean isRefusable() {
		return this.refusable;
	}

	/**
	 * Whether the operation is a statement.
	 * @return {@code true} for {@link #QUERY}, {@link #EXEC} and {@link #BATCH}
	 */
	public boolean isStatement() {
		return this == QUERY || this == EXEC || this == BATCH;
	}

	/**
	 * The point as it appears in meters, in the endpoint and in logs.
	 * @return for example {@code connection-open}
	 */
	public String tag() {
		return this.tag;
	}

}
