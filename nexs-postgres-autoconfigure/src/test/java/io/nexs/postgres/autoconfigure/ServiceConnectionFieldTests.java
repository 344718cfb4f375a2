package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.pool.NodePools;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Containers that are fields of a test. No server answers.
 */
@DirtiesContext
@SpringJUnitConfig(ServiceConnectionFieldTests.Application.class)
@TestPropertySource(properties = { "nexs.db.pool.drain-timeout=0s", "nexs.db.startup.mode=lazy" })
class ServiceConnectionFieldTests {

	@ServiceConnection(type = NexsDbConnectionDetails.class)
	static final FakeContainer PRIMARY = new FakeContainer(1).withEnv("POSTGRES_USER", "app")
		.withLabel("io.nexs.postgres.id", "east");

	@ServiceConnection(type = NexsDbConnectionDetails.class)
	static final FakeContainer REPLICA = new FakeContainer(2).withLabel("io.nexs.postgres.id", "west");

	@Test
	void clusterWhenContainersAreFieldsIsTheirs(@Autowired NodePools pools) {
		assertThat(pools.all())
			.extracting((pool) -> pool.node().id(), (pool) -> pool.node().address().toString(),
					(pool) -> pool.node().dsn().username())
			.containsExactlyInAnyOrder(tuple("east", "127.0.0.1:1", "app"), tuple("west", "127.0.0.1:2", "app"));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NexsDbAutoConfiguration.class)
	static class Application {

	}

}
