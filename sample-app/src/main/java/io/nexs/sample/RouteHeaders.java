package io.nexs.sample;

import java.util.Locale;

import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Says in the headers of an answer which node it came from. A request that takes several
 * routes shows the last one.
 */
@Component
class RouteHeaders implements RoutingListener {

	static final String NODE = "X-Nexs-Node";

	static final String ROLE = "X-Nexs-Role";

	static final String ROUTE = "X-Nexs-Route";

	@Override
	public void routed(Route route) {
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletResponse response = attributes.getResponse();
			if (response != null && !response.isCommitted()) {
				response.setHeader(NODE, route.node().id());
				response.setHeader(ROLE, route.role().name().toLowerCase(Locale.ROOT));
				response.setHeader(ROUTE, route.reason().tag());
			}
		}
	}

}
