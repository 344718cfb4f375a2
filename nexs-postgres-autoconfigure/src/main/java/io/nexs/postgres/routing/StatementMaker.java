package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How a physical statement is made, so that it can be made again.
 *
 * @param <S> the JDBC type
 */
@FunctionalInterface
interface StatementMaker<S extends Statement> {

	/**
	 * Asks a connection for the statement.
	 * @param connection a connection
	 * @param text what is sent, where the statement has its text
	 */
	S make(Connection connection, String text) throws SQLException;

	/**
	 * Whether it may be asked for a text with other statements in front.
	 */
	default boolean isForAnyText() {
		return false;
	}

	/**
	 * One that may be asked for a text with other statements in front.
	 *
	 * @param <S> the JDBC type
	 */
	@FunctionalInterface
	interface OfAnyText<S extends Statement> extends StatementMaker<S> {

		@Override
		default boolean isForAnyText() {
			return true;
		}

	}

}
