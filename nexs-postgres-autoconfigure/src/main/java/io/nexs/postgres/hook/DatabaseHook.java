package io.nexs.postgres.hook;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Called around operations on the database: every bean of this type is, in the order of
 * {@code @Order}. Around one operation, {@link #before} is called in that order and
 * {@link #after} in the reverse one. A hook whose {@link #before} returned is called with
 * {@link #after} exactly once, also where the operation failed or a later hook refused
 * it; repeats of a statement on another node belong to the same operation.
 * <p>
 * Called by many threads at once, on the thread of the operation, so a slow hook makes
 * the operation slow. What the hook does with its own data source is hooked too; what it
 * says through {@link HookContext#connection()} is not.
 */
public interface DatabaseHook {

	/**
	 * The name in meters, in the endpoint and in the configuration.
	 * @return the name, or {@code null} for that of the bean
	 */
	default @Nullable String name() {
		return null;
	}

	/**
	 * Where the hook is called; asked once, when it is added.
	 * @return the points, all of them by default
	 */
	default Set<HookPoint> points() {
		return EnumSet.allOf(HookPoint.class);
	}

	/**
	 * Whether the hook is called for an operation; asked before each. What it throws
	 * counts as an error of the hook, which is not called then.
	 * @param context the operation
	 * @return {@code false} to be left out
	 */
	default boolean supports(HookContext context) {
		return true;
	}

	/**
	 * The operation is about to begin. Any exception refuses it, where the point can be
	 * refused at all: nothing of it reaches the server, and the caller gets a
	 * {@link HookVetoException} that names the hook.
	 * @param context the operation
	 * @throws HookVetoException to refuse the operation, with the reason
	 */
	default void before(HookContext context) {
	}

	/**
	 * The operation has ended, well or with {@link HookContext#failure()}. What it throws
	 * is logged, counted and ignored.
	 * @param context the operation
	 */
	default void after(HookContext context) {
	}

	/**
	 * An operation failed or was refused, at any point; called after {@link #after} of
	 * all hooks, for hooks with the point {@link HookPoint#ERROR}, once for each
	 * operation. What it throws is logged, counted and ignored.
	 * @param context the operation, whose {@link HookContext#failure()} is not
	 * {@code null}
	 */
	default void failed(HookContext context) {
	}

	/**
	 * Whether the hook works on a thread of its own: {@link #before} is never called
	 * then, and {@link #after} and {@link #failed} come through a bounded queue, from
	 * which the newest is dropped and counted while it is full.
	 * @return {@code false} by default
	 */
	default boolean isAsync() {
		return false;
	}

	/**
	 * Whether an asynchronous hook needs {@link HookContext#parameters()}, which then are
	 * collected for it while the operation ends.
	 * @return {@code false} by default
	 */
	default boolean needsParameters() {
		return false;
	}

}
