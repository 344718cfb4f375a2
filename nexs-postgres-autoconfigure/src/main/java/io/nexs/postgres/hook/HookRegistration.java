package io.nexs.postgres.hook;

import java.util.Set;

/**
 * A hook that was added to a {@link HookRegistry}, and how it fares. Thread-safe.
 */
public interface HookRegistration {

	/**
	 * The name in meters, in the endpoint and in the configuration.
	 * @return the name
	 */
	String name();

	/**
	 * The hook itself.
	 * @return what was added
	 */
	DatabaseHook hook();

	/**
	 * The order: hooks with a lower one are called earlier before an operation, and later
	 * after it.
	 * @return the order
	 */
	int order();

	/**
	 * Where it is called.
	 * @return the points
	 */
	Set<HookPoint> points();

	/**
	 * Whether it works on a thread of its own.
	 * @return whether it is asynchronous
	 */
	boolean isAsync();

	/**
	 * Whether it is called at all.
	 * @return whether it is switched on
	 */
	boolean isEnabled();

	/**
	 * Switches it on or off; operations under way end with the hooks they began with.
	 * @param enabled whether it is to be called
	 */
	void setEnabled(boolean enabled);

	/**
	 * What it did.
	 * @param point one of its points
	 * @return the counters of that point
	 */
	HookStatistics statistics(HookPoint point);

	/**
	 * Calls that wait for an asynchronous hook.
	 * @return the number; zero for any other
	 */
	int queued();

	/**
	 * Calls that were dropped because the queue of an asynchronous hook was full.
	 * @return the number since it was added
	 */
	long dropped();

	/**
	 * Takes the hook out for good, and ends its thread if it has one.
	 */
	void remove();

}
