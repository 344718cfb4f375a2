package io.nexs.postgres.routing;

import java.sql.SQLTransientConnectionException;

/**
 * No node could serve the work within the acquire time. The message names every node and
 * what is wrong with it. Spring translates it to a
 * {@code TransientDataAccessResourceException}.
 */
public class NoNodeException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception, with SQLSTATE 08001.
	 * @param message what was wanted, and the state of every node
	 */
	public NoNodeException(String message) {
		super(message, "08001");
	}

}
