package io.nexs.postgres.tracing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Ids are bound to threads, and to nothing else.
 */
class CorrelationIdTests {

	@AfterEach
	void nothingIsLeft() {
		assertThat(CorrelationId.current()).isNull();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "0af7651916cd43dd8448eb211c80319c", "550e8400-e29b-41d4-a716-446655440000",
			"Root=1-67891233-abcdef012345678912345678", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
			"a+b/c==@x" })
	void idWhenOfPlainCharactersIsValid(String id) {
		assertThat(CorrelationId.isValid(id)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "a\nb", "a\r\nSet-Cookie: x", "a'b", "a\"b", "a;b", "a*/b*", "${jndi:x}",
			"%0a", "a\\b", "ä", "a\u0000", "a\u2028b", "a,b", "<b>" })
	void idWhenOfOtherCharactersIsNotValid(String id) {
		assertThat(CorrelationId.isValid(id)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> CorrelationId.open(id)).withMessageNotContaining("jndi");
	}

	@Test
	void idWhenLongIsNotValid() {
		assertThat(CorrelationId.isValid("x".repeat(128))).isTrue();
		assertThat(CorrelationId.isValid("x".repeat(129))).isFalse();
		assertThat(CorrelationId.isValid(null)).isFalse();
		assertThat(CorrelationId.isValid(CorrelationId.random())).isTrue();
	}

	@Test
	void scopeWhenNestedBringsBackTheOuterOne() {
		MDC.put("correlation_id", "of-the-application");
		CorrelationId.Scope outer = CorrelationId.open("outer");
		CorrelationId.Scope inner = CorrelationId.open("inner");
		assertThat(MDC.get("correlation_id")).isEqualTo("inner");
		inner.close();
		inner.close();
		assertThat(CorrelationId.current()).isEqualTo("outer");
		assertThat(MDC.get("correlation_id")).isEqualTo("outer");
		outer.close();
		assertThat(MDC.get("correlation_id")).isEqualTo("of-the-application");
		MDC.clear();
	}

	@Test
	void scopeWhenClosedOutOfOrderLeavesNothing() {
		CorrelationId.Scope outer = CorrelationId.open("outer");
		CorrelationId.Scope inner = CorrelationId.open("inner");
		outer.close();
		assertThat(CorrelationId.current()).isEqualTo("inner");
		inner.close();
	}

	@Test
	void scopeWhenClosedByAnotherThreadStays() {
		CorrelationId.Scope scope = CorrelationId.open("mine");
		CompletableFuture.runAsync(scope::close).join();
		assertThat(CorrelationId.current()).isEqualTo("mine");
		scope.close();
	}

	@Test
	void keyOfTheMdcWhenEmptyIsNotUsed() {
		CorrelationId.Scope scope = CorrelationId.of("mine", "").open();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
		scope.close();
		CorrelationId.Scope other = CorrelationId.of("mine", "request").open();
		assertThat(MDC.get("request")).isEqualTo("mine");
		other.close();
	}

	@Test
	void contextWhenPropagatedTakesTheIdToAnotherThreadAndBack() throws Exception {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			CorrelationId.Scope scope = CorrelationId.of("mine", "request").open();
			ContextSnapshot snapshot = ContextSnapshotFactory.builder().build().captureAll();
			String there = executor
				.submit(snapshot.wrap(() -> CorrelationId.current() + " " + MDC.get("request") + " " + nested()))
				.get();
			assertThat(there).isEqualTo("mine mine inner mine");
			assertThat(executor.submit(() -> CorrelationId.current() + " " + MDC.get("request")).get())
				.isEqualTo("null null");
			assertThat(snapshot.wrap(() -> CorrelationId.current()).call()).isEqualTo("mine");
			assertThat(CorrelationId.current()).isEqualTo("mine");
			scope.close();
			assertThat(snapshot.wrap(() -> CorrelationId.current()).call()).isEqualTo("mine");
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static String nested() {
		CorrelationId.Scope inner = CorrelationId.open("inner");
		String seen = CorrelationId.current();
		inner.close();
		return seen + " " + CorrelationId.current();
	}

	@Test
	void contextWhenItHasNoIdHidesThatOfTheThread() {
		ContextSnapshot empty = ContextSnapshotFactory.builder().clearMissing(true).build().captureAll();
		CorrelationId.Scope scope = CorrelationId.open("mine");
		empty.wrap(() -> assertThat(CorrelationId.current()).isNull()).run();
		assertThat(CorrelationId.current()).isEqualTo("mine");
		scope.close();
	}

}
