package io.nexs.postgres.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which Spring Boot is needed. Uses nothing that differs between its generations.
 */
final class WrongBootFailureAnalyzer extends AbstractFailureAnalyzer<WrongBootException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WrongBootException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Raise the version of Spring Boot, in the parent or the BOM of the build, to 4.1 or later, or remove the"
						+ " dependency io.nexs:nexs-postgres-starter. Where the build names version 4 already, look for"
						+ " another one on the class path: mvn dependency:tree -Dincludes=org.springframework.boot.",
				cause);
	}

}
