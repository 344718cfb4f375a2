package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.autoconfigure.jpa.Item;
import io.nexs.postgres.autoconfigure.jpa.JpaApplication;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.routing.CountingSocketFactory;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Round trips of a transaction of Hibernate that finds one entity, counted at the socket.
 * Probes can only add, so each figure is the lowest of several runs.
 */
@UseEmbeddedCluster
class JpaRoundTripTests {

	private static RunningApplication application;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		application = RunningApplication.start(JpaApplication.class, "nexs.db.dsn=" + cluster.dsn(),
				"spring.flyway.locations=classpath:db/migration/orders",
				"nexs.db.pool.driver-properties.socketFactory=" + CountingSocketFactory.class.getName());
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@ParameterizedTest
	@CsvSource({ "ISOLATION_DEFAULT, true", "ISOLATION_DEFAULT, false", "ISOLATION_REPEATABLE_READ, true",
			"ISOLATION_REPEATABLE_READ, false", "ISOLATION_SERIALIZABLE, true", "ISOLATION_SERIALIZABLE, false" })
	void transactionThatFindsOneEntityCostsTwo(String isolation, boolean readOnly) {
		TransactionTemplate template = new TransactionTemplate(application.bean(PlatformTransactionManager.class));
		template.setIsolationLevelName(isolation);
		template.setReadOnly(readOnly);
		EntityManager manager = application.bean(EntityManager.class);
		long lowest = Long.MAX_VALUE;
		for (int i = 0; i < 20; i++) {
			long before = CountingSocketFactory.roundTrips();
			template.executeWithoutResult((status) -> assertThat(manager.find(Item.class, -1L)).isNull());
			lowest = Math.min(lowest, CountingSocketFactory.roundTrips() - before);
		}
		assertThat(lowest).isEqualTo(2);
	}

}
