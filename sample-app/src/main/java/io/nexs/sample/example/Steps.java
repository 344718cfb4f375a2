package io.nexs.sample.example;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import io.nexs.postgres.routing.Route;

/**
 * Runs the steps of an example and writes down what happened. Not thread-safe.
 */
public final class Steps {

	private final List<Step> done = new ArrayList<>();

	private final Routes routes;

	/**
	 * Begins without a step.
	 * @param routes tells the routes of each step
	 */
	public Steps(Routes routes) {
		this.routes = routes;
	}

	/**
	 * Runs a step that has to end well.
	 * @param step what is done
	 * @param work does it
	 * @param <T> type of the result
	 * @return the result of the work
	 * @throws Exception what the work threw
	 */
	public <T> T run(String step, Callable<T> work) throws Exception {
		long begin = System.nanoTime();
		List<T> result = new ArrayList<>(1);
		List<Route> taken = this.routes.of(() -> result.add(work.call()));
		add(step, result.get(0), taken, begin);
		return result.get(0);
	}

	/**
	 * Runs a step that has to fail.
	 * @param step what is done
	 * @param type what it fails with
	 * @param work does it
	 * @param <X> type of the failure
	 * @return the failure
	 * @throws Exception any other failure, or {@link IllegalStateException} when there
	 * was none
	 */
	public <X extends Exception> X fails(String step, Class<X> type, Routes.Block work) throws Exception {
		long begin = System.nanoTime();
		List<X> failure = new ArrayList<>(1);
		List<Route> taken = this.routes.of(() -> failure.add(failure(step, type, work)));
		X ex = failure.get(0);
		add(step, describe(ex), taken, begin);
		return ex;
	}

	/**
	 * Says why a step is left out.
	 * @param step what would be done
	 * @param why why it is not
	 */
	public void skip(String step, String why) {
		add(step, "left out: " + why, List.of(), System.nanoTime());
	}

	/**
	 * What has happened so far.
	 * @return the steps in their order
	 */
	public List<Step> done() {
		return List.copyOf(this.done);
	}

	private void add(String step, Object result, List<Route> taken, long begin) {
		List<String> distinct = taken.stream().map(Steps::describe).distinct().toList();
		this.done.add(new Step(step, result, distinct, (System.nanoTime() - begin) / 1_000_000));
	}

	private static <X extends Exception> X failure(String step, Class<X> type, Routes.Block work) throws Exception {
		try {
			work.run();
		}
		catch (Exception ex) {
			if (type.isInstance(ex)) {
				return type.cast(ex);
			}
			throw ex;
		}
		throw new IllegalStateException("It should have failed: " + step);
	}

	/**
	 * Only the first line: in what follows the server may repeat data.
	 */
	private static String describe(Exception ex) {
		String message = String.valueOf(ex.getMessage());
		return ex.getClass().getSimpleName() + ": " + message.lines().findFirst().orElse("");
	}

	private static String describe(Route route) {
		return route.node().id() + ", " + route.role().name().toLowerCase(Locale.ROOT) + ", " + route.reason().tag();
	}

}
