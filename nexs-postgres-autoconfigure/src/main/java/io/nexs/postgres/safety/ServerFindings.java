package io.nexs.postgres.safety;

import java.util.LinkedHashMap;
import java.util.Map;

import io.nexs.postgres.server.ServerFigures;
import io.nexs.postgres.server.ServerSession;
import io.nexs.postgres.server.SessionState;

/**
 * What the figures of a server show that should not be. Static, without state.
 */
final class ServerFindings {

	private ServerFindings() {
	}

	/**
	 * Judges figures.
	 * @return the findings, by the process for an idle one and by the node for a tree
	 */
	static Map<Object, SafetyEvent> of(ServerFigures figures, SafetySettings settings) {
		Map<Object, SafetyEvent> found = new LinkedHashMap<>();
		for (ServerSession session : figures.involved()) {
			if (session.own() && session.state() == SessionState.IDLE_IN_TRANSACTION && session.since() != null
					&& SafetySettings.isOver(session.since(), settings.idleInTransaction())) {
				found.put(session.pid(),
						new SafetyEvent.IdleInTransaction(figures.readAt(), figures.node(), session.pid(),
								session.since(),
								(session.transaction() != null) ? session.transaction() : session.since()));
			}
		}
		if (figures.waits().stream().anyMatch((wait) -> SafetySettings.isOver(wait.waited(), settings.blocked()))) {
			found.put(figures.node(),
					new SafetyEvent.Blocked(figures.readAt(), figures.node(), figures.waits(), figures.involved()));
		}
		return found;
	}

}
