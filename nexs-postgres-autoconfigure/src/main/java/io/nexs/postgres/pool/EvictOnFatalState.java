package io.nexs.postgres.pool;

import java.sql.SQLException;
import java.util.function.Consumer;

import com.zaxxer.hikari.SQLExceptionOverride;
import io.nexs.postgres.sqlstate.FailureKind;
import io.nexs.postgres.sqlstate.SqlStateClassifier;

/**
 * Adds to HikariCP's own table the states that end a session, and reports what real
 * traffic met, wherever in JDBC it surfaced. 25006 is not decided here: whether it speaks
 * of a demoted primary or of an application that writes in a read-only transaction, only
 * routing knows.
 */
final class EvictOnFatalState implements SQLExceptionOverride {

	/** Said by the driver of a connection that was closed on this side. */
	static final String CLOSED_HERE = "08003";

	private final Consumer<SQLException> failures;

	EvictOnFatalState(Consumer<SQLException> failures) {
		this.failures = failures;
	}

	@java.lang.Override
	public SQLExceptionOverride.Override adjudicate(SQLException failure) {
		if (SqlStateClassifier.classify(failure.getSQLState()) != FailureKind.CONNECTION_LOST) {
			return SQLExceptionOverride.Override.CONTINUE_EVICT;
		}
		if (!CLOSED_HERE.equals(failure.getSQLState())) {
			this.failures.accept(failure);
		}
		return SQLExceptionOverride.Override.MUST_EVICT;
	}

}
