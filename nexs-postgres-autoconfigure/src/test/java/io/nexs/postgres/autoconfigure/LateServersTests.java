package io.nexs.postgres.autoconfigure;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that starts before its servers do, and writes while it starts.
 */
class LateServersTests {

	private static final long LIMIT_SECONDS = 60;

	@Test
	void applicationWhoseServersComeLaterStarts() throws Exception {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start()) {
			EmbeddedNode primary = cluster.primary();
			String dsn = cluster.dsn();
			cluster.nodes().forEach(EmbeddedNode::stop);
			assertThatALazyOneStarts(dsn);
			CompletableFuture<ConfigurableApplicationContext> start = CompletableFuture.supplyAsync(() -> start(dsn));
			Awaitility.await().until(LateServersTests::isWaiting);
			primary.start();
			try (ConfigurableApplicationContext context = start.get(LIMIT_SECONDS, TimeUnit.SECONDS)) {
				assertThat(context.getBean(JdbcTemplate.class).queryForObject("select count(*) from late", Long.class))
					.isOne();
			}
		}
	}

	/**
	 * Without a server, and without waiting for one.
	 */
	private static void assertThatALazyOneStarts(String dsn) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Lazy.class)
			.web(WebApplicationType.NONE)
			.run("--nexs.db.dsn=" + dsn, "--nexs.db.startup.mode=lazy", "--nexs.db.failover.wait-timeout=1s")) {
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> jdbc.execute("select 1"))
				.withMessageContaining("No primary to write to");
		}
	}

	private static ConfigurableApplicationContext start(String dsn) {
		return new SpringApplicationBuilder(WritesWhileItStarts.class).web(WebApplicationType.NONE)
			.properties(Map.of("nexs.db.dsn", dsn, "spring.flyway.enabled", "false", "spring.jpa.hibernate.ddl-auto",
					"none"))
			.run();
	}

	/**
	 * Whether a thread of the application waits for a primary.
	 */
	private static boolean isWaiting() {
		return Thread.getAllStackTraces()
			.values()
			.stream()
			.anyMatch(
					(stack) -> Arrays.stream(stack).anyMatch((frame) -> frame.getMethodName().equals("awaitPrimary")));
	}

	/**
	 * Needs the database before it is started.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WritesWhileItStarts {

		@Bean
		Object firstWrite(DataSource dataSource) {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("create table late (id int)");
			return jdbc.update("insert into late values (1)");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NexsDbAutoConfiguration.class)
	static class Lazy {

	}

}
