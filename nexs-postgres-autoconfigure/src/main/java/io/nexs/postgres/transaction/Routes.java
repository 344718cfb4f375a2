package io.nexs.postgres.transaction;

import java.util.Locale;

import io.nexs.postgres.routing.Route;

/**
 * Routes in messages.
 */
final class Routes {

	private Routes() {
	}

	static String describe(Route route) {
		return route.node().id() + " (" + route.role().name().toLowerCase(Locale.ROOT)
				+ " when the transaction began, route " + route.reason().tag() + ")";
	}

}
