package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.dsn.InvalidDsnException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says which property has a DSN that cannot be read, and how to write it. The DSN is not
 * shown, because it may have a password.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidDsnFailureAnalyzer extends AbstractFailureAnalyzer<InvalidDsnException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidDsnException cause) {
		String place = (cause.getPlace() != null) ? "The DSN in '" + cause.getPlace() + "'" : "A DSN";
		return new FailureAnalysis(
				place + " cannot be read (it is not shown, it may have a password): " + cause.getReason(),
				cause.getHint(), cause);
	}

}
