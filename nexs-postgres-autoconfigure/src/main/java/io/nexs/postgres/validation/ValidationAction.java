package io.nexs.postgres.validation;

/**
 * What becomes of a statement that breaks a rule.
 */
public enum ValidationAction {

	/**
	 * Nothing.
	 */
	OFF,

	/**
	 * It is logged, once for statements that differ in their data only.
	 */
	WARN,

	/**
	 * It is refused.
	 */
	REFUSE

}
