package io.nexs.postgres.starter.frameworks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with one framework on the shared cluster, or on other servers. After
 * each test no connection is lent and no session of the application is in a transaction.
 */
@ExtendWith({ SharedCluster.class, Matrix.class })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FrameworkTests {

	private static final AtomicLong ids = new AtomicLong();

	private @Nullable EmbeddedCluster cluster;

	private Servers servers;

	private ConfigurableApplicationContext context;

	/**
	 * The configuration of the application.
	 */
	abstract Class<?> application();

	/**
	 * Further properties of the application, as {@code name=value}.
	 */
	String[] properties() {
		return new String[0];
	}

	/**
	 * The servers of the application, the shared cluster unless said otherwise.
	 */
	Servers servers(Supplier<EmbeddedCluster> shared) {
		this.cluster = shared.get();
		return new EmbeddedServers(this.cluster);
	}

	@BeforeAll
	void start(Supplier<EmbeddedCluster> shared) {
		this.servers = servers(shared);
		this.context = run(application(), properties());
	}

	/**
	 * Starts an application on the cluster and waits until all nodes are healthy.
	 */
	final ConfigurableApplicationContext run(Class<?> application, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("spring.main.banner-mode=off", "nexs.db.pool.max-conns=4", "nexs.db.pool.connection-timeout=5s",
						"nexs.db.monitor.interval=200ms", "spring.application.name=" + applicationName()));
		all.addAll(this.servers.properties());
		all.addAll(List.of(properties));
		ConfigurableApplicationContext started = new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties(all.toArray(String[]::new))
			.run();
		awaitHealthy(started);
		return started;
	}

	static void awaitHealthy(ConfigurableApplicationContext context) {
		ClusterMonitor monitor = context.getBean(ClusterMonitor.class);
		Awaitility.await()
			.until(() -> monitor.topology().hasPrimary() && monitor.topology()
				.nodes()
				.stream()
				.allMatch((state) -> state.status() == NodeStatus.HEALTHY && !state.lagging()));
	}

	private String applicationName() {
		return getClass().getSimpleName();
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	/**
	 * What the pool itself does, such as opening a connection in place of a lost one,
	 * ends by itself; what a test has left stays.
	 */
	@AfterEach
	void nothingIsLeftBehind() {
		assertThat(bean(NodePools.class).all()).extracting(NodePool::lent).containsOnly(0);
		for (String id : this.servers.ids()) {
			Awaitility.await()
				.untilAsserted(() -> assertThat(this.servers.query(id,
						"select state || ': ' || query from pg_stat_activity where application_name = '"
								+ applicationName() + "' and state <> 'idle'"))
					.isEmpty());
		}
	}

	final <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	final ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * The cluster, where the servers are its.
	 */
	final EmbeddedCluster cluster() {
		return Objects.requireNonNull(this.cluster);
	}

	final Servers servers() {
		return this.servers;
	}

	/**
	 * The role of the server with this port.
	 */
	final String role(int port) {
		return this.servers.roles().getOrDefault(port, "no server of the cluster");
	}

	/**
	 * An id no row has.
	 */
	static long newId() {
		return ids.incrementAndGet();
	}

	/**
	 * How many committed rows of the primary have the id.
	 */
	final long committed(long id) {
		return Long
			.parseLong(this.servers.query(this.servers.primary(), "select count(*) from item where id = " + id).get(0));
	}

}
