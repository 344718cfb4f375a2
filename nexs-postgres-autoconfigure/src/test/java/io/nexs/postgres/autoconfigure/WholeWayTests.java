package io.nexs.postgres.autoconfigure;

import java.util.Map;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.routing.RoutingDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole way of an application with no configuration: its own cluster, Flyway, JPA,
 * reads on replicas, writes on the primary, and what the actuator says.
 */
class WholeWayTests {

	private static ConfigurableApplicationContext context;

	private static RestTestClient client;

	@BeforeAll
	static void start() {
		context = new SpringApplicationBuilder(Application.class).properties(Map.of("server.port", "0",
				"management.endpoints.web.exposure.include", "*", "management.endpoint.health.show-details", "always",
				"spring.flyway.enabled", "false", "spring.main.banner-mode", "off"))
			.run();
		int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
		client = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void readOnlyTransactionWhenReplicasServeRunsOnReplica() {
		assertThat(inRecovery(true)).isTrue();
	}

	@Test
	void transactionWhenReadWriteRunsOnPrimary() {
		assertThat(inRecovery(false)).isFalse();
	}

	@Test
	void statementWhenThereIsNoTransactionRunsOnPrimary() {
		assertThat(client().sql("select pg_is_in_recovery()").query(Boolean.class).single()).isFalse();
	}

	@Test
	void dataSourceWhenMadeIsNotAProxyAndKnowsAllRoles() {
		RoutingDataSource dataSource = context.getBean("dataSource", RoutingDataSource.class);
		assertThat(dataSource.topology().nodes()).extracting((state) -> state.role())
			.containsExactly(NodeRole.PRIMARY, NodeRole.REPLICA, NodeRole.REPLICA);
	}

	@Test
	void healthWhenAllNodesAnswerHasAComponentPerNode() {
		client.get()
			.uri("/actuator/health/db")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo("UP")
			.jsonPath("$.components.cluster.details.primary")
			.isEqualTo("node-1")
			.jsonPath("$.components['node-2'].details.role")
			.isEqualTo("REPLICA");
	}

	@Test
	void prometheusWhenStatementsRanHasTheirMeters() {
		inRecovery(true);
		String text = text("/actuator/prometheus");
		assertThat(text).contains("db_query_duration_seconds_bucket{", "db_connections_active{", "db_connections_idle{",
				"nexs_db_node_up{", "hikaricp_connections_active{pool=\"nexs-db-node-2\"}");
	}

	@Test
	void endpointWhenReadShowsTheNodes() {
		client.get()
			.uri("/actuator/nexsdb")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.primary")
			.isEqualTo("node-1")
			.jsonPath("$.nodes[1].pool.max")
			.isEqualTo(10);
	}

	@Test
	void infoWhenReadShowsVersions() {
		assertThat(text("/actuator/info")).contains("PostgreSQL JDBC Driver", "\"serverVersion\":\"18");
	}

	private static String text(String path) {
		return new String(client.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult()
			.getResponseBodyContent());
	}

	private static boolean inRecovery(boolean readOnly) {
		TransactionTemplate template = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		template.setReadOnly(readOnly);
		return Boolean.TRUE.equals(
				template.execute((status) -> client().sql("select pg_is_in_recovery()").query(Boolean.class).single()));
	}

	private static JdbcClient client() {
		return context.getBean(JdbcClient.class);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
