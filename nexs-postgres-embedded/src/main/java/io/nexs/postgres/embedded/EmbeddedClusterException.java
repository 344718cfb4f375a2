package io.nexs.postgres.embedded;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a server could not be started, stopped, promoted or copied. The message
 * holds the last lines of the server's log where there is one.
 */
public class EmbeddedClusterException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	EmbeddedClusterException(String message) {
		super(message);
	}

	EmbeddedClusterException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
