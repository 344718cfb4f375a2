package io.nexs.postgres.pool;

import java.sql.SQLException;

import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookSubject;
import io.nexs.postgres.hook.HookTarget;
import io.nexs.postgres.hook.HookVetoException;
import org.jspecify.annotations.Nullable;

/**
 * Calls the hooks around the beginning and the end of a physical connection.
 */
final class ConnectionHooks {

	private final HookDispatcher hooks;

	private final HookTarget target;

	private final long opened = System.nanoTime();

	private ConnectionHooks(HookDispatcher hooks, HookTarget target) {
		this.hooks = hooks;
		this.target = target;
	}

	/**
	 * Opens a connection.
	 * @throws SQLException what opening threw, or with 42501 that a hook refused
	 */
	static NodeConnection open(HookDispatcher hooks, String node, Opening opening) throws SQLException {
		HookTarget target = HookTarget.of(node);
		HookContext context = announce(hooks, target);
		long start = System.nanoTime();
		NodeConnection opened;
		try {
			opened = opening.run();
		}
		catch (SQLException | RuntimeException | Error ex) {
			HookDispatcher.took(context, System.nanoTime() - start);
			hooks.after(context, target, -1, ex);
			throw ex;
		}
		HookDispatcher.took(context, System.nanoTime() - start);
		opened.useHooks(new ConnectionHooks(hooks, target));
		hooks.after(context, target, -1, null);
		return opened;
	}

	/**
	 * The pool understands SQL exceptions only.
	 */
	private static @Nullable HookContext announce(HookDispatcher hooks, HookTarget target) throws SQLException {
		try {
			return hooks.before(HookPoint.CONNECTION_OPEN, null, HookSubject.NONE, target);
		}
		catch (HookVetoException ex) {
			throw new SQLException(ex.getMessage(), "42501", ex);
		}
	}

	/**
	 * Ends the connection.
	 */
	void close(Closing closing) throws SQLException {
		HookContext context = this.hooks.before(HookPoint.CONNECTION_CLOSE, null, HookSubject.NONE, this.target);
		Throwable failure = null;
		try {
			closing.run();
		}
		catch (SQLException | RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			HookDispatcher.took(context, System.nanoTime() - this.opened);
			this.hooks.after(context, this.target, -1, failure);
		}
	}

	/**
	 * Opens a connection.
	 */
	@FunctionalInterface
	interface Opening {

		NodeConnection run() throws SQLException;

	}

	/**
	 * Closes or aborts a connection.
	 */
	@FunctionalInterface
	interface Closing {

		void run() throws SQLException;

	}

}
