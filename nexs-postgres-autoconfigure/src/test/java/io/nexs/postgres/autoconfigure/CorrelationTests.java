package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.tracing.CorrelationId;
import io.nexs.postgres.tracing.TenantSource;
import io.opentelemetry.sdk.trace.data.SpanData;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The correlation id on its way from a request over the threads of an application to the
 * server.
 */
@UseEmbeddedCluster
class CorrelationTests {

	private static RunningApplication application;

	private final Queue<String> told = new ConcurrentLinkedQueue<>();

	private HookRegistration hook;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		application = RunningApplication.start(Application.class, "nexs.db.dsn=" + cluster.dsn(),
				"nexs.db.tracing.propagate=application-name", "spring.application.name=orders",
				"spring.task.execution.propagate-context=true");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void listen() {
		this.hook = application.bean(HookRegistry.class).add("listening", new DatabaseHook() {

			@Override
			public void after(HookContext context) {
				if (context.point() == HookPoint.QUERY) {
					CorrelationTests.this.told.add(context.correlationId() + " " + context.tenant());
				}
			}

		}, 0);
	}

	@AfterEach
	void stopListening() {
		this.hook.remove();
		application.bean(TestSpans.class).take();
	}

	private static RestTestClient.ResponseSpec get(String path, String header, String id) {
		return application.client().get().uri(path).header(header, id).exchange();
	}

	private static String body(RestTestClient.ResponseSpec response) {
		return new String(response.expectBody().returnResult().getResponseBodyContent());
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Correlation-ID", "x-request-id" })
	void idWhenTheRequestHasOneReachesLogsHooksAndTheServer(String header) {
		RestTestClient.ResponseSpec response = get("/query", header, "request-1");
		response.expectHeader().valueEquals("X-Correlation-ID", "request-1");
		assertThat(body(response)).isEqualTo("orders/request-1 request-1");
		assertThat(this.told).containsExactly("request-1 tenant-of-request-1");
		assertThat(application.bean(TestSpans.class).takeOfDatabase()).isNotEmpty()
			.allSatisfy((span) -> assertThat(TestSpans.attributes(span)).containsEntry("nexs.db.correlation.id",
					"request-1"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "with space", "quote'", "*/ drop table x; --", "%0d%0aSet-Cookie: a=b" })
	void idWhenTheRequestHasABadOneIsThatOfItsTrace(String id) {
		RestTestClient.ResponseSpec response = get("/query", "X-Correlation-ID", id);
		List<String> sent = response.returnResult().getResponseHeaders().get("X-Correlation-ID");
		assertThat(sent).singleElement().asString().matches("[0-9a-f]{32}");
		assertThat(application.bean(TestSpans.class).takeOfDatabase()).isNotEmpty()
			.allSatisfy((span) -> assertThat(span.getTraceId()).isEqualTo(sent.get(0)));
	}

	@Test
	void idWhenTheRequestEndsAsynchronouslyIsThere() {
		assertThat(body(get("/callable", "X-Correlation-ID", "request-2"))).isEqualTo("orders/request-2 request-2");
		RestTestClient.ResponseSpec future = get("/future", "X-Correlation-ID", "request-3");
		future.expectHeader().valueEquals("X-Correlation-ID", "request-3");
		assertThat(body(future)).isEqualTo("orders/request-3 request-3");
		assertThat(this.told).containsExactly("request-2 tenant-of-request-2", "request-3 tenant-of-request-3");
		assertThat(application.bean(AsyncEnd.class).seen).as("threads that write the answers")
			.contains("request-2", "request-3");
	}

	@Test
	void idWhenTheRequestFailsIsInTheAnswerAndTheErrorPage() {
		RestTestClient.ResponseSpec response = get("/fail", "X-Correlation-ID", "request-4");
		response.expectStatus().is5xxServerError().expectHeader().valueEquals("X-Correlation-ID", "request-4");
	}

	@Test
	void threadWhenTheRequestIsOverHasNoId() {
		Entrance entrance = application.bean(Entrance.class);
		entrance.seen.clear();
		for (int i = 0; i < 30; i++) {
			get("/query", "X-Correlation-ID", "request-" + i).expectStatus().isOk();
			get("/callable", "X-Correlation-ID", "request-" + i).expectStatus().isOk();
			get("/fail", "X-Correlation-ID", "request-" + i).expectStatus().is5xxServerError();
		}
		assertThat(entrance.seen).hasSizeGreaterThanOrEqualTo(180).containsOnly("null {}");
	}

	@Test
	void idWhenThereIsNoRequestIsThatOfTheTrace() {
		JdbcClient jdbc = application.bean(JdbcClient.class);
		jdbc.sql("select 1").query(Integer.class).single();
		assertThat(this.told).containsExactly("null null");
		Observation.createNotStarted("outer", application.bean(ObservationRegistry.class))
			.observe(() -> jdbc.sql("select 1").query(Integer.class).single());
		SpanData span = application.bean(TestSpans.class).takeOfDatabase().get(1);
		assertThat(this.told).contains(span.getTraceId() + " null");
	}

	@RestController
	static class Controller {

		private final JdbcClient jdbc;

		private final TransactionTemplate transaction;

		private final AsyncTaskExecutor executor;

		Controller(JdbcClient jdbc, PlatformTransactionManager manager, AsyncTaskExecutor executor) {
			this.jdbc = jdbc;
			this.transaction = new TransactionTemplate(manager);
			this.executor = executor;
		}

		@GetMapping("/query")
		String query() {
			return this.transaction.execute((
					status) -> this.jdbc.sql("select current_setting('application_name')").query(String.class).single())
					+ " " + MDC.get("correlation_id");
		}

		@GetMapping("/callable")
		Callable<String> callable() {
			return this::query;
		}

		@GetMapping("/future")
		CompletableFuture<String> future() {
			return this.executor.submitCompletable(this::query);
		}

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("planned");
		}

	}

	/**
	 * What a thread has before and after each request.
	 */
	static class Entrance implements Filter, Ordered {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			look();
			try {
				chain.doFilter(request, response);
			}
			finally {
				look();
			}
		}

		private void look() {
			Map<String, String> left = MDC.getCopyOfContextMap();
			this.seen.add(CorrelationId.current() + " " + ((left != null) ? left : Map.of()));
		}

	}

	/**
	 * What a thread has that ends an asynchronous request.
	 */
	static class AsyncEnd implements Filter {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			this.seen.add(String.valueOf(CorrelationId.current()));
			chain.doFilter(request, response);
		}

	}

	@TestConfiguration(proxyBeanMethods = false)
	@Import({ WebApplication.class, TestSpans.Configuration.class, Controller.class, CorrelationTests.Entrance.class })
	static class Application {

		@Bean
		AsyncEnd asyncEnd() {
			return new AsyncEnd();
		}

		@Bean
		FilterRegistrationBean<AsyncEnd> asyncEndFilter(AsyncEnd filter) {
			FilterRegistrationBean<AsyncEnd> registration = new FilterRegistrationBean<>(filter);
			registration.setDispatcherTypes(DispatcherType.ASYNC);
			return registration;
		}

		@Bean
		TenantSource tenants() {
			return () -> (CorrelationId.current() != null) ? "tenant-of-" + CorrelationId.current() : null;
		}

	}

}
