package io.nexs.postgres.hook;

import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One operation, as hooks see it. To be used within the call of the hook, on its thread;
 * only what an asynchronous hook gets may be kept.
 */
public final class HookContext {

	/** The bit of a context whose hooks are timed. */
	private static final int TIMED = 1 << 31;

	private final HookChain chain;

	private final @Nullable String text;

	private final HookSubject subject;

	private final HookCaller caller;

	private HookTarget target;

	private @Nullable Extras extras;

	/** A bit for each hook that is to be called after the operation. */
	private int called;

	private long nanos;

	private long rows = -1;

	HookContext(HookChain chain, @Nullable String text, HookSubject subject, HookTarget target, HookCaller caller) {
		this.chain = chain;
		this.text = text;
		this.subject = subject;
		this.target = target;
		this.caller = caller;
		if (chain.point() == HookPoint.BATCH) {
			extras().batchSize = subject.size();
		}
	}

	private Extras extras() {
		if (this.extras == null) {
			this.extras = new Extras();
		}
		return this.extras;
	}

	/**
	 * A copy that outlives the operation.
	 */
	HookContext detached(boolean withParameters) {
		HookSubject subject = new StaticSubject(withParameters ? parameterSets() : List.of(), texts(), batchSize());
		HookContext copy = new HookContext(this.chain, this.text, subject, StaticTarget.copyOf(this.target),
				this.caller);
		copy.nanos = this.nanos;
		copy.rows = this.rows;
		copy.extras = (this.extras != null) ? new Extras(this.extras) : null;
		return copy;
	}

	HookChain chain() {
		return this.chain;
	}

	void markTimed() {
		this.called |= TIMED;
	}

	boolean isTimed() {
		return (this.called & TIMED) != 0;
	}

	void markCalled(int index) {
		this.called |= 1 << index;
	}

	boolean isCalled(int index) {
		return (this.called & (1 << index)) != 0;
	}

	void took(long nanos) {
		this.nanos = nanos;
	}

	void end(HookTarget target, long rows, @Nullable Throwable failure) {
		this.target = target;
		this.rows = rows;
		if (failure != null) {
			failed(failure);
		}
	}

	/**
	 * It failed, or was refused before it began.
	 */
	void failed(Throwable failure) {
		extras().failure = failure;
	}

	/**
	 * Which kind of operation.
	 * @return the point; also for {@link DatabaseHook#failed}, where it is the point that
	 * failed
	 */
	public HookPoint point() {
		return this.chain.point();
	}

	/**
	 * The statement, as the application gave it. Literals in it may be data of users.
	 * @return the SQL; of a batch of texts the first one; {@code null} where there is
	 * none
	 */
	public @Nullable String sql() {
		return (point() != HookPoint.CUSTOM) ? this.text : null;
	}

	/**
	 * All statements of a batch of texts, as the application gave them.
	 * @return the SQL of each, or that of {@link #sql()} alone
	 */
	public List<String> texts() {
		List<String> texts = this.subject.texts();
		String sql = sql();
		return (!texts.isEmpty() || sql == null) ? texts : List.of(sql);
	}

	/**
	 * The name of an operation of the application.
	 * @return the name, or {@code null} at all points but {@link HookPoint#CUSTOM}
	 */
	public @Nullable String name() {
		return (point() == HookPoint.CUSTOM) ? this.text : null;
	}

	/**
	 * The parameters of a statement, collected anew by each call. They are data of users:
	 * mask what leaves the process.
	 * @return the parameters in the order of their positions; of a batch those of the
	 * first entry
	 */
	public List<HookParameter> parameters() {
		List<List<HookParameter>> sets = parameterSets();
		return sets.isEmpty() ? List.of() : sets.get(0);
	}

	/**
	 * The parameters of all entries of a batch, collected anew by each call.
	 * @return one list for each entry; empty if the batch is too long to be remembered
	 * (1024 entries)
	 */
	public List<List<HookParameter>> parameterSets() {
		return this.subject.parameters();
	}

	/**
	 * Entries of a batch.
	 * @return the number, 1 for anything else
	 */
	public int batchSize() {
		return (this.extras != null) ? this.extras.batchSize : 1;
	}

	/**
	 * The node.
	 * @return its id; {@code null} before a connection was taken
	 */
	public @Nullable String node() {
		return this.target.node();
	}

	/**
	 * The role of the node when the route was taken.
	 * @return {@code primary} or {@code replica}; {@code null} without a route
	 */
	public @Nullable String role() {
		return this.target.role();
	}

	/**
	 * Why the operation goes to the node.
	 * @return for example {@code read-only}; {@code null} without a route
	 */
	public @Nullable String reason() {
		return this.target.reason();
	}

	/**
	 * The connection of the operation, past hooks and routing, for statements in the same
	 * transaction. Neither close nor commit it, and leave autocommit as it is.
	 * @return the connection; {@code null} if there is none (any more), and for
	 * asynchronous hooks
	 */
	public @Nullable Connection connection() {
		return this.target.connection();
	}

	/**
	 * The tenant the operation is for.
	 * @return the tenant, or {@code null} if none is known
	 */
	public @Nullable String tenant() {
		return this.caller.tenant();
	}

	/**
	 * What all operations of one request have in common.
	 * @return the id, or {@code null} if none is known
	 */
	public @Nullable String correlationId() {
		return this.caller.correlationId();
	}

	/**
	 * Time the operation took; of {@link HookPoint#RELEASE} and
	 * {@link HookPoint#CONNECTION_CLOSE} the time since the connection was taken or
	 * opened.
	 * @return the time, zero before the operation has ended
	 */
	public Duration duration() {
		return Duration.ofNanos(this.nanos);
	}

	/**
	 * The same as {@link #duration()}.
	 * @return the time in nanoseconds
	 */
	public long durationNanos() {
		return this.nanos;
	}

	/**
	 * Rows changed, by all entries of a batch, or copied; of a query the rows that were
	 * fetched when the driver returned, which are all unless it has a fetch size.
	 * @return the number, -1 if it is not known, as of a batch of inserts that the driver
	 * made one
	 */
	public long rows() {
		return this.rows;
	}

	/**
	 * What the caller gets instead of a result.
	 * @return the failure, or {@code null}
	 */
	public @Nullable Throwable failure() {
		return (this.extras != null) ? this.extras.failure : null;
	}

	/**
	 * Remembers something for later calls for the same operation, of this hook or
	 * another.
	 * @param key the key; the name of the hook is a good beginning
	 * @param value what to remember
	 */
	public void put(String key, Object value) {
		extras().attributes().put(key, value);
	}

	/**
	 * What was remembered, or given to {@link HookRegistry#call}.
	 * @param key the key
	 * @return the value, or {@code null}
	 */
	public @Nullable Object get(String key) {
		return (this.extras != null && this.extras.attributes != null) ? this.extras.attributes.get(key) : null;
	}

	/**
	 * Without SQL and data.
	 */
	@Override
	public String toString() {
		return "HookContext[" + point().tag() + ", " + node() + "]";
	}

	/**
	 * What few operations need, so that the context of the others is smaller.
	 */
	private static final class Extras {

		private @Nullable Map<String, Object> attributes;

		private @Nullable Throwable failure;

		private int batchSize = 1;

		Extras() {
		}

		Extras(Extras other) {
			this.attributes = (other.attributes != null) ? new HashMap<>(other.attributes) : null;
			this.failure = other.failure;
			this.batchSize = other.batchSize;
		}

		Map<String, Object> attributes() {
			if (this.attributes == null) {
				this.attributes = new HashMap<>(4);
			}
			return this.attributes;
		}

	}

}
