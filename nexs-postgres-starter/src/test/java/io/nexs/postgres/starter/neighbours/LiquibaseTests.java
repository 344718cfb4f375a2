package io.nexs.postgres.starter.neighbours;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.NodeRole;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Liquibase above the data source: change sets in and outside of a transaction, its lock,
 * its return to a tag.
 */
class LiquibaseTests {

	private static final String CHANGELOG = "neighbours/liquibase/changelog.yaml";

	private static final String SCHEMA_CHANGELOG = "neighbours/liquibase/schema.yaml";

	private static final String CHANGELOG_PROPERTY = "spring.liquibase.change-log=classpath:" + CHANGELOG;

	private static RunningApplication application;

	private static List<NodeRole> routesOfTheStart;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(Application.class, SharedCluster.database("liquibase"),
				CHANGELOG_PROPERTY);
		routesOfTheStart = application.routes().used();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void changeSetsWhenTheApplicationStartsRunOnThePrimary() {
		assertThat(SharedCluster.rows("liquibase", "select id from databasechangelog order by orderexecuted"))
			.containsExactly("1", "2", "3", "4");
		assertThat(SharedCluster.rows("liquibase", "select distinct port from item"))
			.containsExactly(Integer.toString(SharedCluster.primaryPort()));
		assertThat(SharedCluster.rows("liquibase", "select locked from databasechangeloglock")).containsExactly("f");
	}

	@Test
	void statementsWhenTheApplicationStartsReachNoReplica() {
		assertThat(routesOfTheStart).isNotEmpty().containsOnly(NodeRole.PRIMARY);
	}

	@Test
	void settingsWhenLiquibaseIsDoneAreThoseOfAFreshConnection() {
		assertSettings(application, "liquibase");
	}

	@Test
	void settingsWhenLiquibaseHadADefaultSchemaAreThoseOfAFreshConnection() {
		String dsn = SharedCluster.database("liquibase_schema");
		SharedCluster.onPrimary("liquibase_schema", "create schema app");
		try (RunningApplication other = RunningApplication.start(Application.class, dsn,
				"spring.liquibase.change-log=classpath:" + SCHEMA_CHANGELOG, "spring.liquibase.default-schema=app")) {
			assertThat(SharedCluster.rows("liquibase_schema", "select count(*) from app.item")).containsExactly("1");
			assertSettings(other, "liquibase_schema");
		}
	}

	private static void assertSettings(RunningApplication running, String database) {
		String settings = "select concat_ws(' ', current_user, current_setting('search_path'),"
				+ " current_setting('lock_timeout'), current_setting('default_transaction_read_only'))";
		String fresh = SharedCluster.rows(database, settings).get(0);
		assertThat(running.onEachPooledConnection(settings)).hasSize(RunningApplication.POOL_SIZE).containsOnly(fresh);
	}

	@Test
	void rollbackWhenThereIsATagUndoesWhatCameAfterIt() throws Exception {
		String dsn = SharedCluster.database("liquibase_rollback");
		try (RunningApplication other = RunningApplication.start(Application.class, dsn, CHANGELOG_PROPERTY)) {
			assertThat(SharedCluster.rows("liquibase_rollback", "select count(*) from item")).containsExactly("2");
			other.routes().clear();
			rollback(other.bean(DataSource.class), "v1");
			assertThat(other.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
		}
		assertThat(SharedCluster.rows("liquibase_rollback", "select name from item")).containsExactly("one");
	}

	private static void rollback(DataSource dataSource, String tag) throws Exception {
		try (Liquibase liquibase = new Liquibase(CHANGELOG, new ClassLoaderResourceAccessor(),
				DatabaseFactory.getInstance()
					.findCorrectDatabaseImplementation(new JdbcConnection(dataSource.getConnection())))) {
			liquibase.rollback(tag, "");
		}
	}

	@Test
	void updateWhenTheCallersTransactionIsReadOnlyRunsOnThePrimaryByItself() {
		SharedCluster.onPrimary("liquibase", "create schema within_read_only");
		application.routes().clear();
		application.readOnlyTransaction().executeWithoutResult((status) -> update("within_read_only"));
		assertThat(application.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
		assertThat(SharedCluster.rows("liquibase", "select distinct port from within_read_only.item"))
			.containsExactly(Integer.toString(SharedCluster.primaryPort()));
	}

	private static void update(String schema) {
		SpringLiquibase liquibase = new SpringLiquibase();
		liquibase.setDataSource(application.bean(DataSource.class));
		liquibase.setResourceLoader(application.context());
		liquibase.setChangeLog("classpath:" + SCHEMA_CHANGELOG);
		liquibase.setDefaultSchema(schema);
		try {
			liquibase.afterPropertiesSet();
		}
		catch (LiquibaseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Liquibase's lock begins once its tables are there.
	 */
	@Test
	void updateWhenTwoApplicationsStartAtOnceRunsOnce() {
		String dsn = SharedCluster.database("liquibase_twice");
		RunningApplication
			.start(Application.class, dsn, "spring.liquibase.change-log=classpath:neighbours/liquibase/first.yaml")
			.close();
		List<CompletableFuture<RunningApplication>> starting = Stream.of(1, 2)
			.map((number) -> CompletableFuture
				.supplyAsync(() -> RunningApplication.start(Application.class, dsn, CHANGELOG_PROPERTY)))
			.toList();
		starting.forEach((start) -> start.join().close());
		assertThat(SharedCluster.rows("liquibase_twice", "select id from databasechangelog order by orderexecuted"))
			.containsExactly("0", "1", "2", "3", "4");
	}

	@JdbcApplication
	@ImportAutoConfiguration(LiquibaseAutoConfiguration.class)
	static class Application {

	}

}
