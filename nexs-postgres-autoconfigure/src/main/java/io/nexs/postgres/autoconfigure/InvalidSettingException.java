package io.nexs.postgres.autoconfigure;

/**
 * A value under {@code nexs.db} that cannot be used, or that contradicts another one. No
 * part of it is secret.
 */
@SuppressWarnings("serial")
final class InvalidSettingException extends IllegalArgumentException {

	private final String problem;

	private final String action;

	/**
	 * A setting that cannot be used.
	 * @param key name of the property
	 * @param problem what is wrong, to be read after the name: "is 12, more than ..."
	 * @param action what to do, as a sentence
	 */
	InvalidSettingException(String key, String problem, String action) {
		super("'" + key + "' " + problem + ". " + action);
		this.problem = "'" + key + "' " + problem + ".";
		this.action = action;
	}

	String getProblem() {
		return this.problem;
	}

	String getAction() {
		return this.action;
	}

}
