package io.nexs.sample.order;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * There is no order of a number, or the replica that was asked has not replayed it yet.
 */
class OrderNotFoundException extends ErrorResponseException {

	private static final long serialVersionUID = 1L;

	OrderNotFoundException(long id) {
		super(HttpStatus.NOT_FOUND, ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "There is no order " + id),
				null);
	}

}
