package io.nexs.postgres.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says which properties name servers when none of them is set.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingDsnFailureAnalyzer extends AbstractFailureAnalyzer<MissingDsnException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingDsnException cause) {
		return new FailureAnalysis(MissingDsnException.PROBLEM, MissingDsnException.ACTION, cause);
	}

}
