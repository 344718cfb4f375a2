package io.nexs.postgres.hook;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A hook that writes down what it is called with.
 */
public final class RecordingHook implements DatabaseHook {

	private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

	private final Set<HookPoint> points;

	private volatile Consumer<HookContext> before = (context) -> {
	};

	private volatile Consumer<HookContext> after = (context) -> {
	};

	public RecordingHook() {
		this(EnumSet.allOf(HookPoint.class));
	}

	public RecordingHook(Set<HookPoint> points) {
		this.points = points;
	}

	@Override
	public Set<HookPoint> points() {
		return this.points;
	}

	@Override
	public void before(HookContext context) {
		this.calls.add(Call.of("before", context));
		this.before.accept(context);
	}

	@Override
	public void after(HookContext context) {
		this.calls.add(Call.of("after", context));
		this.after.accept(context);
	}

	@Override
	public void failed(HookContext context) {
		this.calls.add(Call.of("failed", context));
		this.after.accept(context);
	}

	public void onBefore(Consumer<HookContext> before) {
		this.before = before;
	}

	public void onAfter(Consumer<HookContext> after) {
		this.after = after;
	}

	/**
	 * Takes what was written down.
	 */
	public List<Call> take() {
		synchronized (this.calls) {
			List<Call> taken = List.copyOf(this.calls);
			this.calls.clear();
			return taken;
		}
	}

	/**
	 * The same in short: for example {@code before query}.
	 */
	public List<String> takeNames() {
		return take().stream().map(Call::toString).toList();
	}

	/**
	 * A call of the hook.
	 *
	 * @param method which one
	 * @param point where
	 * @param sql the statement
	 * @param node the node
	 * @param role its role
	 * @param reason why there
	 * @param nanos the time it took
	 * @param rows rows
	 * @param failure what was thrown
	 * @param parameters the values of all parameters
	 * @param caller tenant and correlation id
	 */
	public record Call(String method, HookPoint point, @Nullable String sql, @Nullable String node,
			@Nullable String role, @Nullable String reason, long nanos, long rows, @Nullable Throwable failure,
			List<List<HookParameter>> parameters, HookCaller caller) {

		static Call of(String method, HookContext context) {
			return new Call(method, context.point(), context.sql(), context.node(), context.role(), context.reason(),
					context.durationNanos(), context.rows(), context.failure(), context.parameterSets(),
					new HookCaller(context.tenant(), context.correlationId()));
		}

		@Override
		public String toString() {
			return this.method + " " + this.point.tag();
		}

	}

}
