package io.nexs.postgres.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import org.awaitility.Awaitility;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * An application with a web server on a free port.
 */
final class RunningApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final RestTestClient client;

	private RunningApplication(ConfigurableApplicationContext context) {
		this.context = context;
		int port = Objects.requireNonNull(((ServletWebServerApplicationContext) context).getWebServer()).getPort();
		this.client = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
	}

	/**
	 * Starts an application and waits until all nodes are healthy.
	 * @param type its class
	 * @param properties as {@code name=value}
	 */
	static RunningApplication start(Class<?> type, String... properties) {
		Map<String, Object> all = new HashMap<>(Map.of("server.port", "0", "management.endpoints.web.exposure.include",
				"*", "management.endpoint.health.show-details", "always", "spring.main.banner-mode", "off",
				"nexs.db.monitor.interval", "200ms", "spring.jmx.enabled", "false"));
		for (String property : properties) {
			int equals = property.indexOf('=');
			all.put(property.substring(0, equals), property.substring(equals + 1));
		}
		SpringApplication application = new SpringApplicationBuilder(type).properties(all).build();
		RunningApplication running = new RunningApplication(application.run());
		running.await((topology) -> topology.hasPrimary()
				&& topology.nodes().stream().allMatch((state) -> state.status() == NodeStatus.HEALTHY));
		return running;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	RestTestClient client() {
		return this.client;
	}

	String get(String path) {
		return body(this.client.get().uri(path).exchange().expectStatus().isOk());
	}

	String post(String path) {
		return body(this.client.post()
			.uri(path)
			.header("Content-Type", "application/json")
			.exchange()
			.expectStatus()
			.isOk());
	}

	/**
	 * The answer whatever its status.
	 */
	String body(String path) {
		return body(this.client.get().uri(path).exchange());
	}

	String post(String path, int status) {
		return body(this.client.post().uri(path).exchange().expectStatus().isEqualTo(status));
	}

	String post(String path, String json, int status) {
		return body(this.client.post()
			.uri(path)
			.header("Content-Type", "application/json")
			.body(json)
			.exchange()
			.expectStatus()
			.isEqualTo(status));
	}

	String delete(String path) {
		return body(this.client.delete().uri(path).exchange().expectStatus().isOk());
	}

	int status(String path) {
		return this.client.get().uri(path).exchange().returnResult().getStatus().value();
	}

	private static String body(RestTestClient.ResponseSpec response) {
		byte[] content = response.expectBody().returnResult().getResponseBodyContent();
		return new String(Objects.requireNonNull(content), StandardCharsets.UTF_8);
	}

	/**
	 * Waits until the topology is as wanted.
	 */
	void await(Predicate<Topology> wanted) {
		ClusterMonitor monitor = bean(ClusterMonitor.class);
		Awaitility.await().until(() -> wanted.test(monitor.topology()));
	}

	@Override
	public void close() {
		this.context.close();
	}

}
