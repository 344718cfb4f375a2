package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.transaction.MarkerTableException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says how to create the marker table when it cannot be used.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MarkerTableFailureAnalyzer extends AbstractFailureAnalyzer<MarkerTableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MarkerTableException cause) {
		return new FailureAnalysis(cause.getProblem() + ".",
				"With 'nexs.db.transaction.outcome=marker' each transaction that writes leaves a row there. Create the"
						+ " table, for example in a migration of Flyway or Liquibase, and grant select, insert, update"
						+ " and delete on it to the role of the application:" + System.lineSeparator()
						+ System.lineSeparator() + "    " + cause.getDdl() + ";" + System.lineSeparator()
						+ System.lineSeparator() + "Or set 'nexs.db.transaction.outcome' to 'off'.",
				cause);
	}

}
