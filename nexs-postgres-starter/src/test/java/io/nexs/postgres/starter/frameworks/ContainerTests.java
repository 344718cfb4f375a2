package io.nexs.postgres.starter.frameworks;

import java.sql.SQLException;
import java.util.function.Supplier;

import io.nexs.postgres.autoconfigure.NexsDbConnectionDetails;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The routing of the contract on containers, which the application is told of by
 * {@code @ServiceConnection}. Skipped where there is no Docker.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainerTests extends RoutingContract {

	private static final ContainerServers SERVERS = new ContainerServers();

	@Override
	Framework framework() {
		return Framework.JDBC;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	Servers servers(Supplier<EmbeddedCluster> shared) {
		try {
			SERVERS.start();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return SERVERS;
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@Import(JdbcWork.class)
	@ImportAutoConfiguration(ServiceConnectionAutoConfiguration.class)
	static class Application {

		@Bean
		@ServiceConnection(type = NexsDbConnectionDetails.class)
		static PostgreSQLContainer primary() {
			return SERVERS.primaryContainer();
		}

		@Bean
		@ServiceConnection(type = NexsDbConnectionDetails.class)
		static GenericContainer<?> replica() {
			return SERVERS.replicaContainer();
		}

	}

}
