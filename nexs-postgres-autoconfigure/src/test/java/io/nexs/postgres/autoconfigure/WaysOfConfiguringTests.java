package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodePools;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.PropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that are told of a running primary and its replica in every way there is
 * beside {@code nexs.db.dsn} in a file. The role {@code locked} has to say its password.
 */
class WaysOfConfiguringTests {

	private static final String PASSWORD = "p&ss=w+rd %/";

	private static EmbeddedCluster cluster;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() throws Exception {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		execute(cluster.primary(), "create role locked login password '" + PASSWORD + "'");
		for (EmbeddedNode node : cluster.nodes()) {
			Path rules = Path.of(query(node, "show hba_file"));
			Files.writeString(rules, "host all locked all scram-sha-256\n" + Files.readString(rules));
			execute(node, "select pg_reload_conf()");
		}
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@Test
	void clusterWhenServicesOfComposeAreLabelledIsTheirs() {
		FakeService primary = new FakeService("primary", cluster.primary().port(),
				Map.of("POSTGRES_USER", "locked", "POSTGRES_PASSWORD", PASSWORD, "POSTGRES_DB", "postgres"), labels());
		FakeService replica = new FakeService("replica-1", replica().port(), Map.of("PGPASSWORD", "replicator"),
				labels("io.nexs.postgres.weight", "2", "io.nexs.postgres.zone", "eu-1a"));
		FakeService other = new FakeService("cache", 1, Map.of(),
				Map.of("org.springframework.boot.service-connection", "redis"));
		try (ConfigurableApplicationContext context = application(Application.class, Map.of(), "")
			.runWith(FakeService.running(replica, other, primary))) {
			awaitRoles(context, Map.of("primary", "PRIMARY", "replica-1", "REPLICA"));
			assertThat(context.getBean(NodePools.class).of("replica-1").node()).extracting("weight", "zone")
				.containsExactly(2, "eu-1a");
			assertThat(user(context)).isEqualTo("locked");
			assertThat(context.getBeanNamesForType(JdbcConnectionDetails.class)).isEmpty();
		}
	}

	@Test
	void userWhenServicesOfComposeNameNoneIsThatOfTheImageOrOfTheProperties() {
		FakeService replica = new FakeService("replica", replica().port(), Map.of(), labels());
		FakeService primary = new FakeService("primary", cluster.primary().port(),
				Map.of("POSTGRES_PASSWORD", PASSWORD), labels());
		try (ConfigurableApplicationContext context = application(Application.class, Map.of(), "")
			.runWith(FakeService.running(replica, primary))) {
			awaitRoles(context, Map.of("primary", "PRIMARY", "replica", "REPLICA"));
			assertThat(user(context)).isEqualTo("postgres");
		}
		FakeService alone = new FakeService("alone", cluster.primary().port(),
				Map.of("POSTGRES_PASSWORD", PASSWORD, "POSTGRES_DB", "postgres"), labels());
		try (ConfigurableApplicationContext context = application(Application.class, Map.of(),
				"nexs.db.username=locked\n")
			.runWith(FakeService.running(alone))) {
			assertThat(user(context)).isEqualTo("locked");
		}
	}

	@Test
	void clusterWhenAServiceOfComposeHasNoLabelIsThatOfBootsConnectionDetails() {
		FakeService service = new FakeService("db", cluster.primary().port(),
				Map.of("POSTGRES_USER", "locked", "POSTGRES_PASSWORD", PASSWORD, "POSTGRES_DB", "postgres"), Map.of());
		try (ConfigurableApplicationContext context = application(Application.class, Map.of(), "")
			.runWith(FakeService.running(service))) {
			awaitRoles(context, Map.of("node-1", "PRIMARY"));
			assertThat(user(context)).isEqualTo("locked");
		}
	}

	@Test
	void clusterWhenContainersAreServiceConnectionsIsTheirs() {
		try (ConfigurableApplicationContext context = application(Containers.class, Map.of(), "").run()) {
			awaitRoles(context, Map.of("node-1", "PRIMARY", "east", "REPLICA"));
			assertThat(user(context)).isEqualTo("locked");
			assertThat(context.getBeanNamesForType(JdbcConnectionDetails.class)).isEmpty();
		}
	}

	@Test
	void passwordWhenMountedAsAFileIsUsed() throws IOException {
		Path secrets = Files.createDirectories(this.folder.resolve("secrets/nexs/db"));
		Files.writeString(secrets.resolve("password"), PASSWORD + "\n");
		Files.writeString(secrets.resolve("username"), "locked\n");
		String file = "spring.config.import=configtree:" + this.folder.resolve("secrets") + "/\nnexs.db.dsn="
				+ cluster.dsn().replaceFirst("//[^@]*@", "//") + "\n";
		try (ConfigurableApplicationContext context = application(Application.class, Map.of(), file).run()) {
			awaitRoles(context, Map.of("node-1", "PRIMARY", "node-2", "REPLICA"));
			assertThat(user(context)).isEqualTo("locked");
		}
	}

	@Test
	void clusterWhenBoundAsAServiceIsTheBindings() throws IOException {
		Path binding = Files.createDirectories(this.folder.resolve("bindings/orders"));
		for (Map.Entry<String, String> entry : Map
			.of("type", "postgresql", "host", "127.0.0.1", "port", cluster.primary().port() + "\n", "database",
					"postgres", "username", "locked", "password", PASSWORD + "\n")
			.entrySet()) {
			Files.writeString(binding.resolve(entry.getKey()), entry.getValue());
		}
		Map<String, String> variables = Map.of("SERVICE_BINDING_ROOT", binding.getParent().toString());
		try (ConfigurableApplicationContext context = application(Application.class, variables, "").run()) {
			awaitRoles(context, Map.of("node-1", "PRIMARY"));
			assertThat(user(context)).isEqualTo("locked");
		}
	}

	@Test
	void nothingWhenSwitchedOffIsOurs() throws IOException {
		Path binding = Files.createDirectories(this.folder.resolve("bindings/orders"));
		Files.writeString(binding.resolve("type"), "postgresql");
		Map<String, String> variables = Map.of("SERVICE_BINDING_ROOT", binding.getParent().toString(),
				"NEXS_DB_ENABLED", "false", "NEXS_DB_MAX_CONNS", "7", "NEXS_DB_PROFILE", "production");
		try (ConfigurableApplicationContext context = application(Application.class, variables,
				"spring.datasource.url=" + cluster.primary().jdbcUrl() + "\n")
			.run()) {
			assertThat(context.getBean(DataSource.class)).isExactlyInstanceOf(HikariDataSource.class)
				.extracting("maximumPoolSize")
				.isEqualTo(10);
			assertThat(user(context)).isNotEmpty();
			assertThat(context.getBeansOfType(Object.class).values()).extracting((bean) -> bean.getClass().getName())
				.filteredOn((name) -> name.startsWith("io.nexs.postgres."))
				.allMatch((name) -> name.startsWith(WaysOfConfiguringTests.class.getName()));
			assertThat(context.getEnvironment().getPropertySources()).extracting(PropertySource::getName)
				.noneMatch((name) -> name.startsWith("nexsDb"));
			assertThat(context.getBean(MeterRegistry.class).getMeters()).extracting(Meter::getId)
				.extracting(Meter.Id::getName)
				.noneMatch((name) -> name.startsWith("nexs") || name.startsWith("db."));
		}
	}

	private ConfiguredApplication application(Class<?> type, Map<String, String> variables, String configuration) {
		return new ConfiguredApplication(type, variables, Map.of("spring.main.banner-mode", "off",
				"nexs.db.pool.drain-timeout", "0s", "nexs.db.monitor.interval", "200ms"), this.folder, configuration);
	}

	private static void awaitRoles(ConfigurableApplicationContext context, Map<String, String> roles) {
		ClusterMonitor monitor = context.getBean(ClusterMonitor.class);
		Awaitility.await()
			.untilAsserted(() -> assertThat(monitor.topology()
				.nodes()
				.stream()
				.collect(Collectors.toMap((state) -> state.id(), (state) -> state.role().name()))).isEqualTo(roles));
	}

	private static String user(ConfigurableApplicationContext context) {
		return context.getBean(JdbcClient.class).sql("select current_user").query(String.class).single();
	}

	private static Map<String, String> labels(String... further) {
		Map<String, String> labels = new HashMap<>(
				Map.of("org.springframework.boot.service-connection", "nexs-postgres"));
		for (int i = 0; i < further.length; i += 2) {
			labels.put(further[i], further[i + 1]);
		}
		return labels;
	}

	private static EmbeddedNode replica() {
		return cluster.replicas().get(0);
	}

	private static void execute(EmbeddedNode node, String sql) throws SQLException {
		try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static String query(EmbeddedNode node, String sql) throws SQLException {
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NexsDbAutoConfiguration.class, NexsDbHealthAutoConfiguration.class,
			NexsDbMetricsAutoConfiguration.class, NexsDbEndpointAutoConfiguration.class,
			NexsDbJpaAutoConfiguration.class, NexsDbTracingAutoConfiguration.class, DataSourceAutoConfiguration.class,
			DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			JdbcClientAutoConfiguration.class, HealthContributorAutoConfiguration.class,
			DataSourceHealthContributorAutoConfiguration.class, DataSourcePoolMetricsAutoConfiguration.class })
	static class Application {

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ServiceConnectionAutoConfiguration.class)
	static class Containers extends Application {

		@Bean
		@ServiceConnection(type = NexsDbConnectionDetails.class)
		static FakeContainer primary() {
			return new FakeContainer(cluster.primary().port()).withEnv("POSTGRES_USER", "locked")
				.withEnv("POSTGRES_PASSWORD", PASSWORD)
				.withEnv("POSTGRES_DB", "postgres");
		}

		@Bean
		@ServiceConnection(type = NexsDbConnectionDetails.class)
		static FakeContainer replica() {
			return new FakeContainer(WaysOfConfiguringTests.replica().port()).withLabel("io.nexs.postgres.id", "east");
		}

	}

}
