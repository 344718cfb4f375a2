package io.nexs.postgres.pool;

import org.jspecify.annotations.Nullable;

/**
 * A connection of a pool while it is lent, as another thread sees it. It refers to no
 * connection and to no thread, so that it keeps nothing alive.
 *
 * @param connection number of the physical connection in this process
 * @param number number of the loan of that connection
 * @param backend process id of the session on the server, or what a pooler gives as one
 * @param holder id of the thread that took it
 * @param taken made where it was taken, or {@code null} while such stacks are not taken
 */
public record Loan(long connection, long number, int backend, long holder, @Nullable Throwable taken) {

	/**
	 * Whether another one is the same loan, seen at another time.
	 * @param other the other one
	 * @return whether connection and number are equal
	 */
	public boolean isSame(Loan other) {
		return this.connection == other.connection && this.number == other.number;
	}

}
