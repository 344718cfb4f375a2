package io.nexs.postgres.pool;

import java.sql.SQLException;
import java.util.function.Consumer;

import com.zaxxer.hikari.SQLExceptionOverride;

import io.nexs.postgres.sqlstate.FailureKind;
import io.nexs.postgres.sqlstate.SqlStateClassifier;

/**
 * Adds to HikariCP's own table the states that end a session, and reports what real
 * traffic met. 25006 evicts: the session may be one of a demoted primary.
 */
final class EvictOnFatalState implements SQLExceptionOverride {

	private final Consumer<SQLException> failures;

	EvictOnFatalState(Consumer<SQLException> failures) {
		this.failures = failures;
	}

	@java.lang.Override
	public SQLExceptionOverride.Override adjudicate(SQLException failure) {
		FailureKind kind = SqlStateClassifier.classify(failure.getSQLState());
		if (kind != FailureKind.CONNECTION_LOST && kind != FailureKind.WRONG_NODE) {
			return SQLExceptionOverride.Override.CONTINUE_EVICT;
		}
		this.failures.accept(failure);
		return SQLExceptionOverride.Override.MUST_EVICT;
	}

}
