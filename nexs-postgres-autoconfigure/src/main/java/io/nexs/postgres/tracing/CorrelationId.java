package io.nexs.postgres.tracing;

import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What all work for one request has in common: in logs by the MDC, in spans, in what
 * hooks are told, and by choice on the server. An id is bound to a thread while a scope
 * is open. Immutable.
 */
public final class CorrelationId {

	/**
	 * Key in the MDC unless another one is configured.
	 */
	public static final String MDC_KEY = "correlation_id";

	/**
	 * Characters of the longest id.
	 */
	public static final int LONGEST = 128;

	private static final ThreadLocal<@Nullable Scope> SCOPES = new ThreadLocal<>();

	private final String value;

	private final String mdcKey;

	private CorrelationId(String value, String mdcKey) {
		this.value = value;
		this.mdcKey = mdcKey;
	}

	/**
	 * An id with its key in the MDC.
	 * @param value the id
	 * @param mdcKey the key; empty for none
	 * @return the id
	 * @throws IllegalArgumentException if it is not {@linkplain #isValid valid}
	 */
	public static CorrelationId of(String value, String mdcKey) {
		if (!isValid(value)) {
			throw new IllegalArgumentException("A correlation id has 1 to " + LONGEST
					+ " letters, digits and any of - _ . : + / = @, which this one has not");
		}
		return new CorrelationId(value, mdcKey);
	}

	/**
	 * Binds an id to this thread, with the usual key in the MDC.
	 * @param value the id
	 * @return to be closed by this thread
	 * @throws IllegalArgumentException if it is not {@linkplain #isValid valid}
	 */
	public static Scope open(String value) {
		return of(value, MDC_KEY).open();
	}

	/**
	 * The id of this thread.
	 * @return the id, or {@code null}
	 */
	public static @Nullable String current() {
		CorrelationId bound = bound();
		return (bound != null) ? bound.value : null;
	}

	static @Nullable CorrelationId bound() {
		Scope scope = SCOPES.get();
		return (scope != null) ? scope.id : null;
	}

	/**
	 * Whether an id can stand in a log, a header and a name on the server without being
	 * taken for anything else: 1 to 128 letters of ASCII, digits and any of
	 * {@code - _ . : + / = @}.
	 * @param value what may be one
	 * @return {@code true} if it is one
	 */
	public static boolean isValid(@Nullable String value) {
		if (value == null || value.isEmpty() || value.length() > LONGEST) {
			return false;
		}
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
			if (!letter && !(c >= '0' && c <= '9') && "-_.:+/=@".indexOf(c) < 0) {
				return false;
			}
		}
		return true;
	}

	/**
	 * A new id.
	 * @return 32 hexadecimal digits
	 */
	public static String random() {
		return UUID.randomUUID().toString().replace("-", "");
	}

	/**
	 * The id itself.
	 * @return its characters
	 */
	public String value() {
		return this.value;
	}

	/**
	 * Binds the id to this thread and puts it to the MDC.
	 * @return to be closed by this thread
	 */
	public Scope open() {
		return new Scope(this, false);
	}

	/**
	 * Binds what was captured on another thread.
	 */
	static void take(@Nullable CorrelationId id) {
		new Scope(id, true);
	}

	/**
	 * Ends what {@link #take} began last on this thread.
	 */
	static void giveBack() {
		for (Scope scope = SCOPES.get(); scope != null; scope = scope.outer) {
			if (scope.taken && !scope.closed) {
				scope.close();
				return;
			}
		}
	}

	@Override
	public String toString() {
		return this.value;
	}

	/**
	 * The time in which an id is bound to a thread. Closing it brings back what was bound
	 * before; scopes that are closed in another order than they were opened in leave
	 * nothing behind.
	 */
	public static final class Scope implements AutoCloseable {

		private final Thread thread = Thread.currentThread();

		private final @Nullable CorrelationId id;

		private final @Nullable Scope outer;

		private final boolean taken;

		private final @Nullable String mdcBefore;

		private boolean closed;

		private Scope(@Nullable CorrelationId id, boolean taken) {
			this.id = id;
			this.taken = taken;
			this.outer = SCOPES.get();
			this.mdcBefore = hasKey() ? MDC.get(key()) : null;
			if (id != null && hasKey()) {
				MDC.put(key(), id.value);
			}
			SCOPES.set(this);
		}

		private boolean hasKey() {
			return this.id != null && !this.id.mdcKey.isEmpty();
		}

		private String key() {
			return Objects.requireNonNull(this.id).mdcKey;
		}

		/**
		 * Ends the scope; without effect on another thread, and the second time.
		 */
		@Override
		public void close() {
			if (this.thread != Thread.currentThread()) {
				return;
			}
			this.closed = true;
			Scope top = SCOPES.get();
			while (top != null && top.closed) {
				top.restoreMdc();
				top = top.outer;
			}
			if (top != null) {
				SCOPES.set(top);
			}
			else {
				SCOPES.remove();
			}
		}

		private void restoreMdc() {
			if (!hasKey()) {
				return;
			}
			if (this.mdcBefore != null) {
				MDC.put(key(), this.mdcBefore);
			}
			else {
				MDC.remove(key());
			}
		}

	}

}
