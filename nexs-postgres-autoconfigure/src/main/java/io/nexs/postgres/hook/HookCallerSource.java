package io.nexs.postgres.hook;

/**
 * Tells on whose behalf the present thread works. Asked once for each hooked operation,
 * on the hot path: it must be thread-safe and must not block. What it throws is logged
 * and ignored.
 */
@FunctionalInterface
public interface HookCallerSource {

	/**
	 * Never anybody.
	 */
	HookCallerSource NONE = () -> HookCaller.NONE;

	/**
	 * Who is calling.
	 * @return the caller of the present thread
	 */
	HookCaller current();

}
