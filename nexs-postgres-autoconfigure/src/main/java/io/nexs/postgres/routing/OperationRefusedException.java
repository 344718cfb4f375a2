package io.nexs.postgres.routing;

/**
 * An order of an operator that would do harm, and was not carried out. The message says
 * what, which node, and what to do.
 */
public class OperationRefusedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message what was refused, why, and what to do
	 */
	public OperationRefusedException(String message) {
		super(message);
	}

}
