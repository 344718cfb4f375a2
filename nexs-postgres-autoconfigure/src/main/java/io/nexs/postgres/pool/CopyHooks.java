package io.nexs.postgres.pool;

import java.sql.SQLException;

import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookSubject;
import io.nexs.postgres.hook.HookTarget;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOperation;

/**
 * Calls the hooks around COPY on a lent connection, and within them a guard.
 */
public final class CopyHooks {

	private final HookDispatcher hooks;

	private final HookTarget target;

	private final CopyGuard guard;

	/** The one that was begun last. */
	private @Nullable Copy present;

	/**
	 * Creates the caller of hooks.
	 * @param hooks calls the hooks
	 * @param target where the connection leads
	 * @param guard watches over COPY
	 */
	public CopyHooks(HookDispatcher hooks, HookTarget target, CopyGuard guard) {
		this.hooks = hooks;
		this.target = target;
		this.guard = guard;
	}

	/**
	 * Gives up a COPY that nobody will bring to its end any more.
	 * @param unusable called first if the connection cannot go on; nothing may be said on
	 * it then, since the driver would wait for the end of COPY
	 */
	public void giveUp(Runnable unusable) {
		Copy left = this.present;
		this.present = null;
		if (left != null) {
			left.giveUp(unusable);
		}
	}

	/**
	 * COPY is about to begin.
	 */
	Copy begin(String sql) throws SQLException {
		HookContext context = this.hooks.isActive()
				? this.hooks.before(HookPoint.COPY, sql, HookSubject.NONE, this.target) : null;
		Copy copy = new Copy(context, System.nanoTime());
		copy.act(this.guard::begin);
		this.present = copy;
		return copy;
	}

	/**
	 * One COPY; ends once.
	 */
	final class Copy {

		private final @Nullable HookContext context;

		private final long start;

		private @Nullable CopyOperation operation;

		private boolean ended;

		private Copy(@Nullable HookContext context, long start) {
			this.context = context;
			this.start = start;
		}

		/**
		 * The server has begun it.
		 */
		<C extends CopyOperation> C begun(C operation) {
			this.operation = operation;
			return operation;
		}

		/**
		 * What the server sends cannot be stopped but by a request that may come up
		 * later.
		 */
		private void giveUp(Runnable unusable) {
			CopyOperation left = this.operation;
			if (this.ended || left == null) {
				return;
			}
			if (!(left instanceof CopyIn in) || !isCancelled(in)) {
				unusable.run();
			}
			failed(new SQLException("COPY was not brought to its end", "57014"));
		}

		private static boolean isCancelled(CopyIn copy) {
			try {
				copy.cancelCopy();
				return true;
			}
			catch (SQLException ex) {
				return false;
			}
		}

		/**
		 * Sends rows, unless the guard says that no more are to be sent.
		 */
		void send(CopyOperation copy, Act rows) throws SQLException {
			act(() -> {
				if (CopyHooks.this.guard.isOver()) {
					copy.cancelCopy();
					throw new SQLException("COPY was ended by its time limit", "57014");
				}
				rows.run();
			});
		}

		/**
		 * It has come to its end, or was given up by the application.
		 */
		void returned(long rows) throws SQLException {
			if (!this.ended) {
				act(CopyHooks.this.guard::returned);
				ended(rows, null);
			}
		}

		/**
		 * It has failed.
		 * @return what the caller is told
		 */
		SQLException failed(SQLException failure) {
			if (this.ended) {
				return failure;
			}
			SQLException told = CopyHooks.this.guard.failed(failure);
			ended(-1, told);
			return told;
		}

		private void ended(long rows, @Nullable Throwable failure) {
			this.ended = true;
			HookDispatcher.took(this.context, System.nanoTime() - this.start);
			CopyHooks.this.hooks.after(this.context, CopyHooks.this.target, rows, failure);
		}

		/**
		 * Does a part of it that may fail and end it thereby.
		 */
		<R extends @Nullable Object> R step(Step<R> step) throws SQLException {
			try {
				return step.run();
			}
			catch (SQLException ex) {
				throw failed(ex);
			}
			catch (RuntimeException | Error ex) {
				failed(new SQLException("COPY failed", ex));
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
