package io.nexs.postgres.starter.frameworks;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What each framework does in its own way. Nothing here begins a transaction; but for
 * {@link #ownRead} that is left to {@link Transactions}.
 */
interface Work {

	/**
	 * The port of the server that answers.
	 */
	int port();

	/**
	 * A parameter of the session, such as {@code transaction_isolation}.
	 */
	String setting(String name);

	/**
	 * Inserts a row into {@code item}, at once.
	 */
	void insert(long id);

	/**
	 * Inserts two rows into {@code item} in one batch, at once.
	 */
	void insertBatch(long first, long second);

	/**
	 * How many rows of {@code item} have the id.
	 */
	long count(long id);

	/**
	 * Reads a row with {@code for update}.
	 */
	void lock(long id);

	/**
	 * Takes a value of the sequence {@code item_seq}.
	 */
	long next();

	/**
	 * Lets the server sleep for 30 seconds.
	 */
	void sleep();

	/**
	 * All rows of {@code many} with a fetch size of 100.
	 */
	Stream<Long> stream();

	/**
	 * How many cursors over {@code many} are open in this transaction.
	 */
	long cursors();

	/**
	 * Reads by {@code findById} of a repository, which brings its own transaction.
	 * @return the port of the server that answered; {@code null} if there are no
	 * repositories
	 */
	default @Nullable Integer ownRead() {
		return null;
	}

}
