package io.nexs.postgres.autoconfigure;

/**
 * The application does not start, because of its servers. Suppressed exceptions are those
 * of the driver, one for each node it could not reach or was refused by. No part of it is
 * secret.
 */
@SuppressWarnings("serial")
final class StartupException extends IllegalStateException {

	private final String description;

	private final String action;

	/**
	 * A start that has failed.
	 * @param description what is wrong, with all nodes, in lines
	 * @param action what to do, in lines
	 */
	StartupException(String description, String action) {
		super(description);
		this.description = description;
		this.action = action;
	}

	String getDescription() {
		return this.description;
	}

	String getAction() {
		return this.action;
	}

}
