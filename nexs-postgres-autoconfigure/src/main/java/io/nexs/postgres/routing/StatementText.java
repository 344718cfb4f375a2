package io.nexs.postgres.routing;

/**
 * The text of a statement as it goes to the driver. The application, its hooks and the
 * repeat of a statement know the text that the application gave. Not asked for calls,
 * whose syntax is the driver's own. Implementations are thread-safe and must neither
 * change what the statement does nor the number of its parameters.
 */
@FunctionalInterface
public interface StatementText {

	/**
	 * As the application gave it.
	 */
	StatementText UNCHANGED = (sql) -> sql;

	/**
	 * Returns the text to send. Asked when a statement is prepared, and for a text with
	 * each execution; anew for a repeat on another connection.
	 * @param sql the text of the application
	 * @return the text for the driver
	 */
	String of(String sql);

}
