package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

import io.nexs.postgres.validation.ValidationAction;
import io.nexs.postgres.validation.ValidationRule;
import io.nexs.postgres.validation.ValidationSettings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Hook that warns of statements or refuses them by what they say. Needs JSqlParser.
 *
 * @param enabled Whether statements are validated.
 * @param multipleStatements What becomes of a text with several statements: off, warn, or
 * refuse.
 * @param ddl What becomes of a statement that changes definitions.
 * @param withoutWhere What becomes of UPDATE and DELETE without WHERE.
 * @param literalInWhere What becomes of a statement with a literal in WHERE; for
 * development.
 * @param unparsable What becomes of a statement that would have to be parsed to be
 * judged, and cannot: allow, warn, or refuse.
 * @param repeats Queries that differ in their data only which a transaction, or a request
 * with a correlation id, may make before that is logged; 0 for any number.
 * @param timeout Longest time a text may be parsed.
 */
@ConfigurationProperties("nexs.db.validation")
@Validated
record ValidationProperties(@DefaultValue("false") boolean enabled,
		@DefaultValue("refuse") ValidationAction multipleStatements, @DefaultValue("warn") ValidationAction ddl,
		@DefaultValue("refuse") ValidationAction withoutWhere, @DefaultValue("off") ValidationAction literalInWhere,
		@DefaultValue("warn") Unparsable unparsable, @DefaultValue("0") int repeats,
		@DefaultValue("1s") Duration timeout) {

	ValidationProperties {
		PropertyRules.atLeast("nexs.db.validation.repeats", repeats, 0);
		PropertyRules.atLeast("nexs.db.validation.timeout", timeout, Duration.ofMillis(10));
	}

	ValidationSettings settings() {
		Map<ValidationRule, ValidationAction> actions = new EnumMap<>(ValidationRule.class);
		actions.put(ValidationRule.MULTIPLE_STATEMENTS, this.multipleStatements);
		actions.put(ValidationRule.DDL, this.ddl);
		actions.put(ValidationRule.WITHOUT_WHERE, this.withoutWhere);
		actions.put(ValidationRule.LITERAL_IN_WHERE, this.literalInWhere);
		actions.put(ValidationRule.UNPARSABLE, switch (this.unparsable) {
			case ALLOW -> ValidationAction.OFF;
			case WARN -> ValidationAction.WARN;
			case REFUSE -> ValidationAction.REFUSE;
		});
		return new ValidationSettings(actions, this.timeout, this.repeats);
	}

	/**
	 * What becomes of a statement that cannot be judged.
	 */
	enum Unparsable {

		/** It is executed. */
		ALLOW,

		/** It is logged once and executed. */
		WARN,

		/** It is refused. */
		REFUSE

	}

}
