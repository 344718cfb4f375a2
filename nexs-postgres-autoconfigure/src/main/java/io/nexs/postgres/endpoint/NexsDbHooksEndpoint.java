package io.nexs.postgres.endpoint;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.nexs.postgres.endpoint.NexsDbEndpoint.ErrorDescriptor;
import io.nexs.postgres.hook.HookOutcome;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookStatistics;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code /actuator/nexsdbhooks}: the hooks, in the order they are called, and switching
 * them on and off. Shows no statement and no data. Thread-safe.
 */
@Endpoint(id = "nexsdbhooks")
public final class NexsDbHooksEndpoint {

	private final HookRegistry registry;

	/**
	 * Creates the endpoint.
	 * @param registry the hooks
	 */
	public NexsDbHooksEndpoint(HookRegistry registry) {
		this.registry = registry;
	}

	/**
	 * The hooks.
	 * @return all of them
	 */
	@ReadOperation
	public HooksDescriptor hooks() {
		return new HooksDescriptor(this.registry.hooks().stream().map(HookDescriptor::of).toList());
	}

	/**
	 * Switches a hook on or off, for this process and until its end.
	 * @param hook name of the hook
	 * @param action what to do
	 * @return the hook; 404 if there is none of that name
	 */
	@WriteOperation
	public WebEndpointResponse<Object> operate(@Selector String hook, @Selector HookAction action) {
		try {
			HookRegistration registration = this.registry.hook(hook);
			registration.setEnabled(action == HookAction.ENABLE);
			return new WebEndpointResponse<>(HookDescriptor.of(registration));
		}
		catch (IllegalArgumentException ex) {
			return new WebEndpointResponse<>(new ErrorDescriptor(String.valueOf(ex.getMessage())),
					WebEndpointResponse.STATUS_NOT_FOUND);
		}
	}

	/**
	 * What can be done to a hook.
	 */
	public enum HookAction {

		/**
		 * Call it.
		 */
		ENABLE,

		/**
		 * Do not call it.
		 */
		DISABLE

	}

	/**
	 * All hooks.
	 *
	 * @param hooks in the order of the calls before an operation
	 */
	public record HooksDescriptor(List<HookDescriptor> hooks) {
	}

	/**
	 * A hook.
	 *
	 * @param name its name
	 * @param type its class
	 * @param order its order
	 * @param enabled whether it is called
	 * @param async whether it works on a thread of its own
	 * @param queued calls that wait for it
	 * @param dropped calls that were dropped
	 * @param points what it did at each of its points
	 */
	public record HookDescriptor(String name, String type, int order, boolean enabled, boolean async, int queued,
			long dropped, Map<String, PointDescriptor> points) {

		static HookDescriptor of(HookRegistration hook) {
			Map<String, PointDescriptor> points = new TreeMap<>();
			for (HookPoint point : hook.points()) {
				points.put(point.tag(), PointDescriptor.of(hook.statistics(point)));
			}
			return new HookDescriptor(hook.name(), hook.hook().getClass().getName(), hook.order(), hook.isEnabled(),
					hook.isAsync(), hook.queued(), hook.dropped(), points);
		}

	}

	/**
	 * What a hook did at a point.
	 *
	 * @param calls operations it was called for without an error
	 * @param vetoes operations it refused
	 * @param errors operations for which it failed
	 * @param micros time spent in it, in microseconds
	 */
	public record PointDescriptor(long calls, long vetoes, long errors, long micros) {

		static PointDescriptor of(HookStatistics statistics) {
			long nanos = 0;
			for (HookOutcome outcome : HookOutcome.values()) {
				nanos += statistics.nanos(outcome);
			}
			return new PointDescriptor(statistics.calls(HookOutcome.SUCCESS), statistics.calls(HookOutcome.VETO),
					statistics.calls(HookOutcome.ERROR), nanos / 1000);
		}

	}

}
