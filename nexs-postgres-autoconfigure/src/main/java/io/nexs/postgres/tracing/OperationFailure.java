package io.nexs.postgres.tracing;

/**
 * A failure as it is told to observations: what the server says of it may have values of
 * rows and of statements, and a span would keep them.
 */
final class OperationFailure extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private OperationFailure(String message) {
		super(message, null, false, false);
	}

	static OperationFailure of(Throwable failure) {
		String state = DefaultDatabaseObservationConvention.state(failure);
		String type = failure.getClass().getName();
		return new OperationFailure((state != null) ? type + ", SQLSTATE " + state : type);
	}

}
