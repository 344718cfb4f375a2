package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.routing.NoNodeException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says what is wrong with each node when an application needs one at its start, as for a
 * schema migration, and none could serve it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NoNodeFailureAnalyzer extends AbstractFailureAnalyzer<NoNodeException> {

	private static final String ACTION = "Check that the servers named under 'nexs.db' run and can be reached, that"
			+ " user and password are right, and that the database exists, also the one of the probes where"
			+ " 'nexs.db.monitor.database' is set. All nodes are to be listed, so that the primary is among them. The wait is 'nexs.db.pool.connection-timeout'.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoNodeException cause) {
		return new FailureAnalysis("No server could be used. " + cause.getMessage(), ACTION, cause);
	}

}
