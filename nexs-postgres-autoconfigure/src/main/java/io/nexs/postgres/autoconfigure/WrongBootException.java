package io.nexs.postgres.autoconfigure;

/**
 * The application runs on a generation of Spring Boot this starter is not made for.
 */
@SuppressWarnings("serial")
final class WrongBootException extends IllegalStateException {

	WrongBootException(String found) {
		super("nexs-postgres needs Spring Boot 4, and the application runs on Spring Boot " + found + ".");
	}

}
