package io.nexs.postgres.routing;

import java.sql.Connection;

import io.nexs.postgres.cluster.Term;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that is about to be committed. Valid during
 * {@link CommitProtocol#commit(OpenTransaction)} only.
 */
public interface OpenTransaction {

	/**
	 * The connection it is open on.
	 * @return the pooled connection
	 */
	Connection connection();

	/**
	 * Where the transaction began, and why there.
	 * @return the route
	 */
	Route route();

	/**
	 * Whether the transaction is marked read-only, so that there is nothing to commit.
	 * @return {@code true} for read-only work
	 */
	boolean isRead();

	/**
	 * The term of the node when the transaction began.
	 * @return the term; {@code null} on a node that was not writable then
	 */
	@Nullable Term term();

	/**
	 * What has to be said in front of COMMIT, in one text with it: it switches off a
	 * limit of the server's that must not cover COMMIT.
	 * @return a statement with one result, or {@code null} for none
	 */
	default @Nullable String beforeCommit() {
		return null;
	}

	/**
	 * Closes the connection for good and gives its place in the pool back. Nothing that
	 * was said on it and has not reached the server does so afterwards.
	 */
	void abandon();

}
