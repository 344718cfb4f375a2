package io.nexs.postgres.starter.neighbours;

import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.routing.RoutingDataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.Driver;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Migrations by a role of their own, on connections of their own.
 */
class MigrationCredentialsTests {

	@BeforeAll
	static void role() {
		SharedCluster.onPrimary("postgres", "create role migrator login", "create role reader login");
		SharedCluster.awaitReplay();
	}

	private static String database(String name) {
		String dsn = SharedCluster.database(name);
		SharedCluster.onPrimary(name, "grant all on schema public to migrator");
		return dsn;
	}

	private static String url(String database) {
		return "jdbc:postgresql://127.0.0.1:" + SharedCluster.primaryPort() + "/" + database;
	}

	@ParameterizedTest
	@EnumSource
	void migrationWhenItHasAUserOfItsOwnRunsOnThePrimaryAsThatUser(Migration migration) {
		String name = migration + "_user";
		try (RunningApplication application = RunningApplication.start(migration.application, database(name),
				migration.source, migration.prefix + ".user=migrator", migration.prefix + ".password=secret")) {
			assertMigratedBeside(application, name, migration);
		}
	}

	@ParameterizedTest
	@EnumSource
	void migrationWhenItHasAUserButNoPasswordRunsAsThatUser(Migration migration) {
		String name = migration + "_user_alone";
		try (RunningApplication application = RunningApplication.start(migration.application, database(name),
				migration.source, migration.prefix + ".user=migrator")) {
			assertMigratedBeside(application, name, migration);
		}
	}

	/**
	 * The replica comes first, so that whoever takes the first host fails.
	 */
	@ParameterizedTest
	@EnumSource
	void migrationWhenTheReplicaIsListedFirstRunsOnThePrimary(Migration migration) {
		String name = migration + "_replica_first";
		String dsn = database(name).replaceFirst("@(.*),(.*)/", "@$2,$1/");
		try (RunningApplication application = RunningApplication.start(migration.application, dsn, migration.source,
				migration.prefix + ".user=migrator")) {
			assertMigratedBeside(application, name, migration);
		}
	}

	@ParameterizedTest
	@EnumSource
	void migrationWhenItHasAnAddressOfItsOwnRunsThere(Migration migration) {
		String name = migration + "_url";
		try (RunningApplication application = RunningApplication.start(migration.application, database(name),
				migration.source, migration.prefix + ".url=" + url(name), migration.prefix + ".user=migrator")) {
			assertMigratedBeside(application, name, migration);
		}
	}

	@ParameterizedTest
	@EnumSource
	void migrationWhenItHasADataSourceOfItsOwnUsesIt(Migration migration) {
		String name = migration + "_own";
		try (RunningApplication application = RunningApplication.start(migration.withDataSource, database(name),
				migration.source, "test.migration-url=" + url(name))) {
			assertThat(application.bean(DataSource.class)).isInstanceOf(RoutingDataSource.class);
			assertMigratedBeside(application, name, migration);
		}
	}

	@ParameterizedTest
	@EnumSource
	void migrationWhenItsUserMayNotMigrateFailsWithTheServersWords(Migration migration) {
		String name = migration + "_refused";
		String dsn = SharedCluster.database(name);
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> RunningApplication.start(migration.application, dsn, migration.source,
					migration.prefix + ".user=reader"))
			.withStackTraceContaining("permission denied for schema public");
	}

	@Test
	void scriptWhenItHasAUserOfItsOwnRunsOnThePrimaryAsThatUser() {
		String dsn = database("script_user");
		try (RunningApplication application = RunningApplication.start(Script.class, dsn, "spring.sql.init.mode=always",
				"spring.sql.init.schema-locations=classpath:neighbours/flyway/V1__item.sql",
				"spring.sql.init.username=migrator", "spring.sql.init.password=secret")) {
			assertThat(owners("script_user")).containsExactly("migrator");
			assertThat(application.routes().used()).isEmpty();
		}
	}

	@Test
	void addressWhenAskedNamesAllNodesAndNoSecret() {
		String dsn = SharedCluster.database("address").replaceFirst("postgres@", "postgres:secret@");
		try (RunningApplication application = RunningApplication.start(Script.class, dsn + "?connectTimeout=3")) {
			RoutingDataSource dataSource = application.bean(RoutingDataSource.class);
			assertThat(dataSource.getUrl()).matches(
					"jdbc:postgresql://127.0.0.1:\\d+,127.0.0.1:\\d+/address\\?connectTimeout=3&targetServerType=primary");
			SimpleDriverDataSource derived = DataSourceBuilder.derivedFrom(dataSource)
				.type(SimpleDriverDataSource.class)
				.build();
			assertThat(derived.getUrl()).isEqualTo(dataSource.getUrl());
			assertThat(derived.getUsername()).isEqualTo("postgres");
			assertThat(derived.getPassword()).isEqualTo("secret");
		}
	}

	private static void assertMigratedBeside(RunningApplication application, String database, Migration migration) {
		assertThat(owners(database)).contains("migrator").doesNotContain("postgres");
		assertThat(SharedCluster.rows(database, "select distinct port from item"))
			.containsExactly(Integer.toString(SharedCluster.primaryPort()));
		assertThat(application.routes().used()).doesNotContain(NodeRole.REPLICA);
		assertThat(application.onEachPooledConnection("select current_user")).containsOnly("postgres");
	}

	private static List<String> owners(String database) {
		return SharedCluster.rows(database,
				"select distinct tableowner from pg_tables where schemaname = 'public' order by 1");
	}

	/**
	 * Who migrates.
	 */
	enum Migration {

		FLYWAY("spring.flyway", "spring.flyway.locations=classpath:neighbours/schema", FlywayApplication.class,
				FlywayOnItsOwn.class),

		LIQUIBASE("spring.liquibase", "spring.liquibase.change-log=classpath:neighbours/liquibase/schema.yaml",
				LiquibaseApplication.class, LiquibaseOnItsOwn.class);

		private final String prefix;

		private final String source;

		private final Class<?> application;

		private final Class<?> withDataSource;

		Migration(String prefix, String source, Class<?> application, Class<?> withDataSource) {
			this.prefix = prefix;
			this.source = source;
			this.application = application;
			this.withDataSource = withDataSource;
		}

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	@JdbcApplication
	@ImportAutoConfiguration(FlywayAutoConfiguration.class)
	static class FlywayApplication {

	}

	@JdbcApplication
	@ImportAutoConfiguration(LiquibaseAutoConfiguration.class)
	static class LiquibaseApplication {

	}

	@JdbcApplication
	@ImportAutoConfiguration(DataSourceInitializationAutoConfiguration.class)
	static class Script {

	}

	@JdbcApplication
	@ImportAutoConfiguration(FlywayAutoConfiguration.class)
	static class FlywayOnItsOwn {

		@Bean(defaultCandidate = false)
		@FlywayDataSource
		DataSource migrationDataSource(@Value("${test.migration-url}") String url) {
			return new SimpleDriverDataSource(new Driver(), url, "migrator", "");
		}

	}

	@JdbcApplication
	@ImportAutoConfiguration(LiquibaseAutoConfiguration.class)
	static class LiquibaseOnItsOwn {

		@Bean(defaultCandidate = false)
		@LiquibaseDataSource
		DataSource migrationDataSource(@Value("${test.migration-url}") String url) {
			return new SimpleDriverDataSource(new Driver(), url, "migrator", "");
		}

	}

}
