package io.nexs.postgres.hook;

import java.util.List;

/**
 * The hooks of one point in their order. Immutable.
 */
final class HookChain {

	/** Operations remember whom they have called in the bits of an {@code int}. */
	static final int LONGEST = 31;

	private final HookPoint point;

	private final HookEntry[] entries;

	private final HookStatistics[] statistics;

	HookChain(HookPoint point, List<HookEntry> entries) {
		this.point = point;
		this.entries = entries.toArray(HookEntry[]::new);
		this.statistics = entries.stream().map((entry) -> entry.statistics(point)).toArray(HookStatistics[]::new);
	}

	HookPoint point() {
		return this.point;
	}

	boolean isEmpty() {
		return this.entries.length == 0;
	}

	/**
	 * Calls the hooks before an operation. If one refuses it, those before it are called
	 * as after a failure.
	 */
	void before(HookContext context) {
		for (int i = 0; i < this.entries.length; i++) {
			try {
				if (this.entries[i].before(context, this.statistics[i])) {
					context.markCalled(i);
				}
			}
			catch (HookVetoException | VirtualMachineError ex) {
				context.failed(ex);
				after(context);
				throw ex;
			}
		}
	}

	void after(HookContext context) {
		for (int i = this.entries.length - 1; i >= 0; i--) {
			if (context.isCalled(i)) {
				this.entries[i].after(context, this.statistics[i]);
			}
		}
	}

	/**
	 * Of the chain of errors: calls the hooks for an operation that failed.
	 */
	void failed(HookContext context) {
		for (int i = 0; i < this.entries.length; i++) {
			if (this.entries[i].supports(context, this.statistics[i])) {
				this.entries[i].failed(context, this.statistics[i]);
			}
		}
	}

}
