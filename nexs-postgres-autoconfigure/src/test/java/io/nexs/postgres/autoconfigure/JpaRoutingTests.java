package io.nexs.postgres.autoconfigure;

import java.sql.SQLException;

import io.nexs.postgres.autoconfigure.jpa.ItemService;
import io.nexs.postgres.autoconfigure.jpa.Items;
import io.nexs.postgres.autoconfigure.jpa.JpaApplication;
import io.nexs.postgres.autoconfigure.jpa.PrimaryItems;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingListener;
import io.nexs.postgres.routing.StatementKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Hibernate, Spring Data, JDBC and Flyway with no tuning: each asks the server where it
 * is.
 */
@UseEmbeddedCluster
class JpaRoutingTests {

	private static RunningApplication application;

	private static RunningApplication closedView;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		String[] properties = { "nexs.db.dsn=" + cluster.dsn(), "spring.flyway.locations=classpath:db/migration/orders",
				"spring.jpa.open-in-view=true" };
		application = RunningApplication.start(Application.class, properties);
		properties[2] = "spring.jpa.open-in-view=false";
		closedView = RunningApplication.start(Application.class, properties);
	}

	@AfterAll
	static void stop() {
		application.close();
		closedView.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void writeWhenASessionReadBeforeGoesToThePrimary(boolean openInView) {
		RunningApplication running = openInView ? application : closedView;
		assertThat(running.get("/read-write-read")).isEqualTo("replica/replica primary/primary replica/replica");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readWhenASessionWroteBeforeGoesToAReplica(boolean openInView) {
		RunningApplication running = openInView ? application : closedView;
		assertThat(running.get("/write-read")).isEqualTo("primary/primary replica/replica");
	}

	@Test
	void readWhenThePrimaryIsPreferredByAnnotationGoesThere() {
		assertThat(application.bean(ItemService.class).readFromPrimary()).isEqualTo("primary/primary");
	}

	@Test
	void repositoryWhenItsMethodIsReadOnlyReadsFromAReplica() {
		assertThat(application.bean(Items.class).isOnReplica()).isTrue();
	}

	@Test
	void repositoryWhenItsMethodHasNoTransactionReadsFromThePrimary() {
		assertThat(application.bean(Items.class).isOnReplicaWithoutTransaction()).isFalse();
	}

	@Test
	void repositoryWhenItsInterfaceIsAnnotatedReadsFromThePrimary() {
		assertThat(application.bean(PrimaryItems.class).isOnReplica()).isFalse();
	}

	@Test
	void repositoryWhenItsMethodIsAnnotatedFollowsTheMethod() {
		assertThat(application.bean(PrimaryItems.class).isOnReplicaByMethod()).isTrue();
	}

	@Test
	void repositoryWhenAMethodIsInheritedFollowsItsOwnInterfaceAndNoOther() {
		LastRoute last = application.bean(LastRoute.class);
		application.bean(Items.class).count();
		assertThat(last.role()).isEqualTo(NodeRole.REPLICA);
		application.bean(PrimaryItems.class).count();
		assertThat(last.role()).isEqualTo(NodeRole.PRIMARY);
		application.bean(Items.class).count();
		assertThat(last.role()).isEqualTo(NodeRole.REPLICA);
	}

	@Test
	void writeWhenTheTransactionIsReadOnlyIsRefusedByTheServer() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> application.bean(ItemService.class).writeDespiteReadOnly())
			.withMessageContaining("read-only transaction");
	}

	@Test
	void writeWhenTheReadOnlyTransactionIsOnThePrimaryIsRefusedByTheServer() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> application.bean(ItemService.class).writeOnPrimaryDespiteReadOnly())
			.withMessageContaining("read-only transaction");
	}

	@Test
	void migrationWhenApplicationStartsRunsOnThePrimary() {
		assertThat(application.bean(JdbcClient.class)
			.sql("select count(*) from flyway_schema_history where success")
			.query(Long.class)
			.single()).isEqualTo(1);
	}

	/**
	 * The application and a listener that the application has made a bean.
	 */
	@TestConfiguration(proxyBeanMethods = false)
	@Import(JpaApplication.class)
	static class Application {

		@Bean
		LastRoute lastRoute() {
			return new LastRoute();
		}

	}

	static class LastRoute implements RoutingListener {

		private volatile @Nullable Route route;

		@Override
		public void executed(Route route, StatementKind kind, long nanos, @Nullable SQLException failure) {
			this.route = route;
		}

		@Nullable NodeRole role() {
			Route last = this.route;
			return (last != null) ? last.role() : null;
		}

	}

}
