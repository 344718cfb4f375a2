package io.nexs.sample.live;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Says in every answer that a page may load nothing from elsewhere and run nothing
 * inline, and refuses what a page of another site asks to be done. A client that is no
 * browser, such as curl, does not say where it comes from and is not concerned.
 */
@Component
class PageHeaders extends OncePerRequestFilter {

	static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
			+ " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setHeader("Referrer-Policy", "no-referrer");
		if (changes(request.getMethod()) && isForeign(request.getHeader("Sec-Fetch-Site"))) {
			response.setStatus(HttpStatus.FORBIDDEN.value());
			return;
		}
		chain.doFilter(request, response);
	}

	private static boolean changes(String method) {
		return !method.equals(HttpMethod.GET.name()) && !method.equals(HttpMethod.HEAD.name())
				&& !method.equals(HttpMethod.OPTIONS.name());
	}

	private static boolean isForeign(@Nullable String site) {
		return site != null && !site.equals("same-origin") && !site.equals("none");
	}

}
