package io.nexs.postgres.pool;

import java.sql.SQLException;

/**
 * Watches over COPY on a lent connection.
 */
public interface CopyGuard {

	/**
	 * Does nothing.
	 */
	CopyGuard NONE = new CopyGuard() {

		@Override
		public void begin() {
		}

		@Override
		public boolean isOver() {
			return false;
		}

		@Override
		public void returned() {
		}

		@Override
		public SQLException failed(SQLException failure) {
			return failure;
		}

	};

	/**
	 * COPY is about to be said.
	 * @throws SQLException if it cannot be
	 */
	void begin() throws SQLException;

	/**
	 * Whether COPY is to be ended. The driver does not look for an answer of the server
	 * while it sends rows.
	 * @return whether no more rows are to be sent
	 */
	boolean isOver();

	/**
	 * COPY has come to its end.
	 * @throws SQLException if what it did is not there to stay
	 */
	void returned() throws SQLException;

	/**
	 * COPY has failed.
	 * @param failure what the driver threw
	 * @return what the caller is told
	 */
	SQLException failed(SQLException failure);

}
