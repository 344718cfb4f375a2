package io.nexs.postgres.autoconfigure.hooks;

import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.hook.HookCallerSource;

/**
 * Whom the thread of a test works for.
 */
class Caller implements HookCallerSource {

	static final ThreadLocal<HookCaller> CURRENT = ThreadLocal.withInitial(() -> HookCaller.NONE);

	@Override
	public HookCaller current() {
		return CURRENT.get();
	}

}
