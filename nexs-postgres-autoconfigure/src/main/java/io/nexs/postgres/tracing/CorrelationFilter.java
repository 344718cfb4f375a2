package io.nexs.postgres.tracing;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Binds a correlation id to the threads of a request: that of the first header with a
 * valid one, or a new one; and says it in the response. Thread-safe.
 */
public final class CorrelationFilter extends OncePerRequestFilter {

	private static final String ATTRIBUTE = CorrelationFilter.class.getName() + ".id";

	private final List<String> headers;

	private final String responseHeader;

	private final String mdcKey;

	private final Supplier<String> generator;

	/**
	 * Creates the filter.
	 * @param headers headers of the request that may have an id, in their order
	 * @param responseHeader header of the response; empty for none
	 * @param mdcKey key in the MDC; empty for none
	 * @param generator makes an id where the request has none
	 */
	public CorrelationFilter(List<String> headers, String responseHeader, String mdcKey, Supplier<String> generator) {
		this.headers = List.copyOf(headers);
		this.responseHeader = responseHeader;
		this.mdcKey = mdcKey;
		this.generator = generator;
	}

	/**
	 * The thread that ends an asynchronous request is another one.
	 */
	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		CorrelationId id = (CorrelationId) request.getAttribute(ATTRIBUTE);
		if (id == null) {
			id = CorrelationId.of(determine(request), this.mdcKey);
			request.setAttribute(ATTRIBUTE, id);
			if (!this.responseHeader.isEmpty()) {
				response.setHeader(this.responseHeader, id.value());
			}
		}
		CorrelationId.Scope scope = id.open();
		try {
			chain.doFilter(request, response);
		}
		finally {
			scope.close();
		}
	}

	private String determine(HttpServletRequest request) {
		for (String header : this.headers) {
			@Nullable String value = request.getHeader(header);
			if (value != null && CorrelationId.isValid(value)) {
				return value;
			}
		}
		return this.generator.get();
	}

}
