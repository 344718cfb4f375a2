package io.nexs.postgres.limits;

import java.sql.SQLException;

/**
 * A physical connection as a time limit sees it. Its methods are called from threads that
 * are not its owner's.
 */
public interface LimitedConnection {

	/**
	 * What {@link #heard()} returns where it is not known.
	 */
	long UNKNOWN = -1;

	/**
	 * Asks the server to end what runs on the connection. Returns when the server has
	 * passed that on to the session, so that it cannot come up later.
	 * @return {@code false} if the server did not say so in time, and the request may
	 * still be on its way
	 * @throws SQLException if it was not sent
	 */
	boolean requestCancel() throws SQLException;

	/**
	 * A number that grows with every answer of the server.
	 * @return the number, or {@link #UNKNOWN}
	 */
	long heard();

	/**
	 * Closes the connection under whoever is in a call on it. Does not wait.
	 */
	void cutOff();

}
