package io.nexs.postgres.pool;

import java.sql.SQLException;

import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookSubject;
import io.nexs.postgres.hook.HookTarget;
import org.jspecify.annotations.Nullable;

/**
 * Calls the hooks around COPY on a lent connection.
 */
public final class CopyHooks {

	private final HookDispatcher hooks;

	private final HookTarget target;

	/**
	 * Creates the caller of hooks.
	 * @param hooks calls the hooks
	 * @param target where the connection leads
	 */
	public CopyHooks(HookDispatcher hooks, HookTarget target) {
		this.hooks = hooks;
		this.target = target;
	}

	/**
	 * COPY is about to begin.
	 */
	Copy begin(String sql) {
		HookContext context = this.hooks.before(HookPoint.COPY, sql, HookSubject.NONE, this.target);
		return new Copy(context, System.nanoTime());
	}

	/**
	 * One COPY; ends once.
	 */
	final class Copy {

		private final @Nullable HookContext context;

		private final long start;

		private boolean ended;

		private Copy(@Nullable HookContext context, long start) {
			this.context = context;
			this.start = start;
		}

		void ended(long rows, @Nullable Throwable failure) {
			if (!this.ended) {
				this.ended = true;
				HookDispatcher.took(this.context, System.nanoTime() - this.start);
				CopyHooks.this.hooks.after(this.context, CopyHooks.this.target, rows, failure);
			}
		}

		/**
		 * Does a part of it that may fail and end it thereby.
		 */
		<R extends @Nullable Object> R step(Step<R> step) throws SQLException {
			try {
				return step.run();
			}
			catch (SQLException | RuntimeException | Error ex) {
				ended(-1, ex);
				throw ex;
			}
		}

		/**
		 * The same for a part without a result.
		 */
		void act(Act act) throws SQLException {
			step(() -> {
				act.run();
				return Boolean.TRUE;
			});
		}

	}

	/**
	 * A part of COPY without a result.
	 */
	@FunctionalInterface
	interface Act {

		void run() throws SQLException;

	}

	/**
	 * A part of COPY.
	 *
	 * @param <R> what comes back
	 */
	@FunctionalInterface
	interface Step<R extends @Nullable Object> {

		R run() throws SQLException;

	}

}
