package io.nexs.postgres.hook;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.NonTransientDataAccessException;

/**
 * A hook refused an operation, of which nothing was said to the server. A hook throws it
 * with its reason; the caller gets one that names the hook, the operation and the node,
 * with what the hook threw as the cause.
 */
public class HookVetoException extends NonTransientDataAccessException {

	private static final long serialVersionUID = 1L;

	private final @Nullable String hook;

	/**
	 * Refuses an operation.
	 * @param reason why, as the caller shall read it; without data of users
	 */
	public HookVetoException(String reason) {
		super(reason);
		this.hook = null;
	}

	private HookVetoException(String message, String hook, Throwable cause) {
		super(message, cause);
		this.hook = hook;
	}

	/**
	 * Names the hook. Of a failure that is no veto only the type is told, since its
	 * message may have any data.
	 */
	static HookVetoException by(String hook, HookContext context, Throwable thrown) {
		String node = context.node();
		String reason = (thrown instanceof HookVetoException veto) ? String.valueOf(veto.getMessage())
				: "it failed with " + thrown.getClass().getName();
		return new HookVetoException("Hook '" + hook + "' refused " + context.point().tag()
				+ ((node != null) ? " on " + node : "") + ": " + reason, hook, thrown);
	}

	/**
	 * The hook that refused.
	 * @return its name, or {@code null} in the hook itself
	 */
	public @Nullable String hook() {
		return this.hook;
	}

}
