package io.nexs.sample.example.hooks;

import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;

import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Notes how long payments took, and how they ended.
 */
@Component
@Order(2)
class Stopwatch implements DatabaseHook {

	private final Queue<Timing> timings = new ConcurrentLinkedQueue<>();

	@Override
	public Set<HookPoint> points() {
		return EnumSet.of(HookPoint.EXEC);
	}

	@Override
	public boolean supports(HookContext context) {
		return Payments.isInsert(context);
	}

	@Override
	public void after(HookContext context) {
		this.timings.add(new Timing(String.valueOf(context.node()), context.duration().toNanos() / 1000, context.rows(),
				context.failure() == null));
	}

	Queue<Timing> timings() {
		return this.timings;
	}

	/**
	 * One payment.
	 *
	 * @param node where
	 * @param micros how long, in microseconds
	 * @param rows rows written
	 * @param well whether it ended well
	 */
	record Timing(String node, long micros, long rows, boolean well) {

	}

}
