package io.nexs.postgres.tracing;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.hook.HookContext;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one operation. Used by the thread of the operation; what it answers
 * grows until the operation has ended.
 */
public final class DatabaseObservationContext extends SenderContext<Object> {

	private final HookContext operation;

	private final DatabaseNodes nodes;

	private final @Nullable String summary;

	private final @Nullable String queryText;

	private final int attempt;

	private int repeats;

	private boolean ended;

	DatabaseObservationContext(HookContext operation, DatabaseNodes nodes, @Nullable String summary,
			@Nullable String queryText, int attempt) {
		super((carrier, key, value) -> {
		}, Kind.CLIENT);
		this.operation = operation;
		this.nodes = nodes;
		this.summary = summary;
		this.queryText = queryText;
		this.attempt = attempt;
	}

	/**
	 * The operation. Its SQL, parameters, tenant and failure may be data of users, and
	 * key values leave the process.
	 * @return the operation as hooks see it
	 */
	public HookContext operation() {
		return this.operation;
	}

	/**
	 * Where it happens.
	 * @return the node, or {@code null} before one was chosen
	 */
	public @Nullable Node node() {
		return this.nodes.node(this.operation.node());
	}

	/**
	 * The database.
	 * @return its name
	 */
	public String database() {
		return this.nodes.database();
	}

	/**
	 * What kind of statement it is.
	 * @return its key words and the names of its tables, without any value; {@code null}
	 * where there is no statement or it is not understood
	 */
	public @Nullable String summary() {
		return this.summary;
	}

	/**
	 * The statement without values.
	 * @return the text, or {@code null} if texts are not asked for
	 */
	public @Nullable String queryText() {
		return this.queryText;
	}

	/**
	 * How often the statement was said again on another connection.
	 * @return zero at first
	 */
	public int repeats() {
		return this.repeats;
	}

	void repeated() {
		this.repeats++;
	}

	/**
	 * The attempt at the transaction, where one that fails is run again.
	 * @return 1 and more, or 0 outside of such a call
	 */
	public int attempt() {
		return this.attempt;
	}

	/**
	 * Whether the operation has ended, so that all is known that will be.
	 * @return {@code false} while the observation starts
	 */
	public boolean isEnded() {
		return this.ended;
	}

	void ended() {
		this.ended = true;
	}

}
