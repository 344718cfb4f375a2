package io.nexs.sample.example;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Remembers the routes that a thread takes while it is asked to. Thread-safe.
 */
@Component
public class Routes implements RoutingListener {

	private final ThreadLocal<@Nullable List<Route>> taken = new ThreadLocal<>();

	@Override
	public void routed(Route route) {
		List<Route> routes = this.taken.get();
		if (routes != null) {
			routes.add(route);
		}
	}

	/**
	 * The routes that the thread takes in a block; they count for an outer block too.
	 * @param block what to run
	 * @return the routes, in order
	 * @throws Exception what the block threw
	 */
	public List<Route> of(Block block) throws Exception {
		List<Route> outer = this.taken.get();
		List<Route> routes = new ArrayList<>();
		this.taken.set(routes);
		try {
			block.run();
			return routes;
		}
		finally {
			if (outer != null) {
				outer.addAll(routes);
			}
			this.taken.set(outer);
		}
	}

	/**
	 * Something to run.
	 */
	@FunctionalInterface
	public interface Block {

		/**
		 * Runs it.
		 * @throws Exception if it fails
		 */
		void run() throws Exception;

	}

}
