package io.nexs.postgres.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says which dependency validation needs.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingSqlParserFailureAnalyzer extends AbstractFailureAnalyzer<MissingSqlParserException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingSqlParserException cause) {
		return new FailureAnalysis(
				"'nexs.db.validation.enabled' is set, and the parser that judges statements is not on the class path.",
				"Add the dependency com.github.jsqlparser:jsqlparser, or remove 'nexs.db.validation.enabled'.", cause);
	}

}
