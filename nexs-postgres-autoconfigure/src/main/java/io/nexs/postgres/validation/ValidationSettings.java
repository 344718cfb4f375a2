package io.nexs.postgres.validation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Settings of the hook that validates.
 *
 * @param actions what becomes of statements that break a rule; nothing where a rule is
 * missing
 * @param timeout longest time a text may be parsed
 * @param repeats queries that differ in their data only which a transaction or request
 * may make before that is logged; 0 for any number
 */
public record ValidationSettings(Map<ValidationRule, ValidationAction> actions, Duration timeout, int repeats) {

	public ValidationSettings {
		actions = Map.copyOf(actions);
	}

	/**
	 * Several statements and UPDATE or DELETE without WHERE are refused; changed
	 * definitions and what cannot be parsed are warned of; one second; any number of
	 * repeats.
	 * @return the defaults
	 */
	public static ValidationSettings defaults() {
		Map<ValidationRule, ValidationAction> actions = new EnumMap<>(ValidationRule.class);
		actions.put(ValidationRule.MULTIPLE_STATEMENTS, ValidationAction.REFUSE);
		actions.put(ValidationRule.WITHOUT_WHERE, ValidationAction.REFUSE);
		actions.put(ValidationRule.DDL, ValidationAction.WARN);
		actions.put(ValidationRule.UNPARSABLE, ValidationAction.WARN);
		return new ValidationSettings(actions, Duration.ofSeconds(1), 0);
	}

	ValidationAction action(ValidationRule rule) {
		return this.actions.getOrDefault(rule, ValidationAction.OFF);
	}

}
