package io.nexs.sample.demo;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.nexs.postgres.embedded.EmbeddedCluster;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Answers {@code POST /demo/...} while the application runs on the embedded cluster;
 * otherwise there is no such bean, or it is {@code null}.
 */
@Configuration(proxyBeanMethods = false)
class DemoConfiguration {

	@Bean
	RouterFunction<ServerResponse> demoRoutes(ObjectProvider<EmbeddedCluster> cluster) {
		EmbeddedCluster embedded = cluster.getIfAvailable();
		return (embedded != null) ? routes(new DemoOperations(embedded)) : (request) -> Optional.empty();
	}

	private static RouterFunction<ServerResponse> routes(DemoOperations demo) {
		return RouterFunctions.route()
			.POST("/demo/kill-primary", cluster(demo::killPrimary))
			.POST("/demo/freeze-primary", cluster(demo::freezePrimary))
			.POST("/demo/switchover", cluster(demo::switchover))
			.POST("/demo/promote/{node}", node(demo::promote))
			.POST("/demo/kill/{node}", node(demo::kill))
			.POST("/demo/thaw/{node}", node(demo::thaw))
			.POST("/demo/rejoin/{node}", node(demo::rejoin))
			.POST("/demo/pause-replay/{node}", node(demo::pauseReplay))
			.POST("/demo/resume-replay/{node}", node(demo::resumeReplay))
			.onError(NoSuchElementException.class, (ex, request) -> problem(HttpStatus.NOT_FOUND, ex))
			.onError(IllegalStateException.class, (ex, request) -> problem(HttpStatus.CONFLICT, ex))
			.build();
	}

	private static HandlerFunction<ServerResponse> cluster(Supplier<ClusterView> operation) {
		return (request) -> ServerResponse.ok().body(operation.get());
	}

	private static HandlerFunction<ServerResponse> node(Function<String, ClusterView> operation) {
		return (request) -> ServerResponse.ok().body(operation.apply(request.pathVariable("node")));
	}

	private static ServerResponse problem(HttpStatus status, Throwable failure) {
		return ServerResponse.status(status)
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(ProblemDetail.forStatusAndDetail(status, failure.getMessage()));
	}

}
