package io.nexs.sample.live;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.failover.FailoverEvent;
import io.nexs.sample.demo.DemoMenu;
import io.nexs.sample.order.NewOrder;
import io.nexs.sample.order.Order;
import io.nexs.sample.order.Orders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages that do not read, go away, or are open when the application ends. A web server
 * without a cluster is enough for that.
 */
class LiveHubTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final Node node = new Node("node-1", PostgresDsn.parse("postgres://127.0.0.1:5432/orders"));

	private ConfigurableApplicationContext context;

	private int port;

	private LiveHub hub;

	private long tickingBefore;

	@BeforeEach
	void start() {
		this.tickingBefore = ticking();
		this.context = new SpringApplicationBuilder(OnlyTheStream.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "server.shutdown=graceful", "spring.main.banner-mode=off",
					"spring.lifecycle.timeout-per-shutdown-phase=15s", "server.tomcat.connection-timeout=4s")
			.run();
		this.port = this.context.getEnvironment().getRequiredProperty("local.server.port", int.class);
		this.hub = this.context.getBean(LiveHub.class);
	}

	@AfterEach
	void end() {
		this.context.close();
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(ticking()).isEqualTo(this.tickingBefore));
	}

	@Test
	void shutdownWhenAPageIsOpenIsNotDelayed() throws Exception {
		try (EventStream stream = new EventStream(this.port, null)) {
			stream.await("state", "");
			long began = System.nanoTime();
			this.context.close();
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
			Awaitility.await().atMost(LIMIT).until(stream::isOver);
			assertThat(this.hub.size()).isZero();
		}
	}

	@Test
	void pageThatDoesNotReadHoldsUpNobodyAndIsGivenUp() throws Exception {
		try (Socket deaf = deaf(); EventStream stream = new EventStream(this.port, null)) {
			Awaitility.await().atMost(LIMIT).until(() -> this.hub.size() == 2);
			String reason = "x".repeat(100_000);
			for (int i = 0; this.hub.size() == 2; i++) {
				assertThat(i).as("events of 100 kB").isLessThan(1000);
				long began = System.nanoTime();
				happen(i + reason);
				assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
				stream.await("event", "answer: " + i + "x");
			}
			assertThat(deaf.isConnected()).isTrue();
			happen("last");
			stream.await("event", "last");
		}
	}

	@Test
	void pageThatIsGoneIsForgotten() throws Exception {
		try (EventStream stream = new EventStream(this.port, null)) {
			stream.await("state", "");
			assertThat(this.hub.size()).isOne();
		}
		Awaitility.await().atMost(LIMIT).until(() -> this.hub.size() == 0);
		assertThat(Thread.getAllStackTraces().keySet())
			.noneMatch((thread) -> thread.getName().startsWith("live-client"));
	}

	@Test
	void pageThatIsTooFarBehindIsGivenUp() throws Exception {
		assertThat(sent(LiveClient.CAPACITY).messages).hasSize(LiveClient.CAPACITY);
		Collected behind = sent(LiveClient.CAPACITY + 1);
		assertThat(behind.messages).isEmpty();
		assertThat(behind.closed).isTrue();
	}

	/**
	 * What a page gets for which so many events wait before its thread runs.
	 */
	private static Collected sent(int events) throws InterruptedException {
		Collected output = new Collected();
		LiveClient client = new LiveClient("live-client-test", output, (any) -> {
		});
		for (int i = 0; i < events; i++) {
			client.event(new LiveMessage("event", null, "{}"));
		}
		client.start();
		Awaitility.await().atMost(LIMIT).until(() -> output.closed || output.messages.size() == events);
		client.end();
		client.join(LIMIT.toMillis());
		return output;
	}

	private static long ticking() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("live-ticks"))
			.count();
	}

	private void happen(String reason) {
		this.context.publishEvent(new FailoverEvent.FailoverStarted(this.node, reason, Duration.ZERO));
	}

	private Socket deaf() throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(1024);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
		OutputStream request = socket.getOutputStream();
		request.write("GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		request.flush();
		return socket;
	}

	/**
	 * The beans of the stream.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
			JacksonAutoConfiguration.class })
	@Import({ LiveHub.class, LiveFeed.class, LiveController.class, TrafficRates.class, LiveLoad.class })
	static class OnlyTheStream {

		@Bean
		LiveStates states() {
			return new LiveStates(null, null, null, null, null, (DemoMenu) null) {

				@Override
				LiveState now() {
					return new LiveState("active", null, 1, null, 0, List.of(), new LiveLoad.View(false, 0, 0, 0, 0),
							List.of());
				}

			};
		}

		@Bean
		Orders jdbcOrders() {
			return new Orders() {

				@Override
				public Order place(NewOrder order) {
					throw new UnsupportedOperationException();
				}

				@Override
				public Optional<Order> find(long id) {
					return Optional.empty();
				}

				@Override
				public List<Order> ofCustomer(String customer, Integer limit) {
					return List.of();
				}

			};
		}

	}

	/**
	 * Keeps what is sent.
	 */
	private static final class Collected implements LiveClient.Output {

		private final List<LiveMessage> messages = new CopyOnWriteArrayList<>();

		private volatile boolean closed;

		@Override
		public void send(LiveMessage message) {
			this.messages.add(message);
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
