package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the failure analyzers: what a user reads when an application does not start.
 * Every mistake is made with a planted password, which must show up nowhere.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalyzersTests {

	private static final String PLANTED = "Pl4nted";

	@Test
	void startWhenPasswordIsNotEncodedSaysHowToEncode(CapturedOutput output) {
		start("--nexs.db.dsn=postgres://app:Pl4nted@@h1/orders");
		assertAnalysis(output,
				"The DSN in 'nexs.db.dsn' cannot be read (it is not shown, it may have a password): A reserved"
						+ " character stands unencoded before the last '@'.",
				"Percent-encode reserved characters in user, password and database: @ is %40, : is %3A, / is %2F,"
						+ " ? is %3F, # is %23, % is %25.");
	}

	@Test
	void startWhenDsnIsOfAnotherDatabaseNamesTheForms(CapturedOutput output) {
		start("--nexs.db.replicas[0].dsn=jdbc:mysql://h1/orders?password=Pl4nted");
		assertAnalysis(output,
				"The DSN in 'nexs.db.replicas[0].dsn' cannot be read (it is not shown, it may have a password): It"
						+ " starts with 'jdbc:mysql:', which is not PostgreSQL.",
				"Use postgres://, postgresql:// or jdbc:postgresql://, for example"
						+ " postgres://app:secret@h1:5432,h2:5432/orders?sslmode=require.");
	}

	@Test
	void startWhenSslModeIsUnknownListsTheAllowed(CapturedOutput output) {
		start("--nexs.db.dsn=postgres://app:Pl4nted@h1/orders?sslmode=on");
		assertAnalysis(output,
				"The DSN in 'nexs.db.dsn' cannot be read (it is not shown, it may have a password): The value of"
						+ " sslmode is none that PostgreSQL knows.",
				"Use one of disable, allow, prefer, require, verify-ca, verify-full.");
	}

	@Test
	void startWhenNoServerIsConfiguredNamesTheProperties(CapturedOutput output) {
		start("--nexs.db.password=Pl4nted");
		assertAnalysis(output,
				"No server is configured: none of 'nexs.db.dsn', 'nexs.db.replica-dsn' and 'nexs.db.replicas' is set.",
				"Set 'nexs.db.dsn' (or the environment variable NEXS_DB_DSN) to the servers of your cluster, for"
						+ " example postgres://app:secret@h1:5432,h2:5432/orders. To try without a server, add the"
						+ " dependency io.nexs:nexs-postgres-embedded and leave 'nexs.db.embedded.enabled' on.");
	}

	@Test
	void startWhenServerIsNamedTwiceNamesBothPlaces(CapturedOutput output) {
		start("--nexs.db.dsn=postgres://app:Pl4nted@h1/orders", "--nexs.db.replica-dsn=postgres://app:Pl4nted@h2,h1");
		assertAnalysis(output,
				"The configuration cannot be used: 'nexs.db.replica-dsn' names the server h1:5432 a second time: it"
						+ " stands in 'nexs.db.dsn' (server 1 of all) and in 'nexs.db.replica-dsn' (server 3 of all).",
				"Remove one of the two. Roles are asked from the servers, so each is listed once.");
	}

	@Test
	void startWhenIdIsGivenTwiceNamesBothEntries(CapturedOutput output) {
		start("--nexs.db.replicas[0].id=east", "--nexs.db.replicas[0].dsn=postgres://app:Pl4nted@h1",
				"--nexs.db.replicas[1].id=east", "--nexs.db.replicas[1].dsn=postgres://app:Pl4nted@h2");
		assertAnalysis(output, "The configuration cannot be used: 'nexs.db.replicas[1].id' is 'east', as is"
				+ " 'nexs.db.replicas[0].id'.", "Give each node an id of its own.");
	}

	@Test
	void startWhenWeightIsOutOfRangeNamesTheRange(CapturedOutput output) {
		start("--nexs.db.replicas[0].dsn=postgres://app:Pl4nted@h1", "--nexs.db.replicas[0].weight=-1");
		assertAnalysis(output,
				"The configuration cannot be used: 'nexs.db.replicas[0].weight' is -1, which is not between 0 and"
						+ " 1000.",
				"Set it to a whole number between 0 (a reserve) and 1000.");
	}

	@Test
	void startWhenMinimumIsMoreThanMaximumNamesBothKeys(CapturedOutput output) {
		start("--nexs.db.dsn=postgres://app:Pl4nted@h1", "--nexs.db.pool.min-conns=6", "--nexs.db.pool.max-conns=5");
		assertAnalysis(output,
				"The configuration cannot be used: 'nexs.db.pool.min-conns' is 6, more than 'nexs.db.pool.max-conns',"
						+ " which is 5.",
				"Lower 'nexs.db.pool.min-conns' or raise 'nexs.db.pool.max-conns'.");
	}

	@Test
	void startWhenAWriteWouldGiveUpBeforeAProbeIsAnsweredNamesBothKeys(CapturedOutput output) {
		start("--nexs.db.dsn=postgres://app:Pl4nted@h1", "--nexs.db.failover.wait-timeout=900ms");
		assertAnalysis(output,
				"The configuration cannot be used: 'nexs.db.failover.wait-timeout' is 900ms, less than"
						+ " 'nexs.db.monitor.timeout', which is 1s: a write would give up before a probe can find the"
						+ " next primary.",
				"Raise it to 1s or more, or lower 'nexs.db.monitor.timeout'.");
	}

	@Test
	void startWhenOneValueIsOutOfRangeIsAnalyzedByBoot(CapturedOutput output) {
		start("--nexs.db.dsn=postgres://app:Pl4nted@h1", "--nexs.db.pool.max-conns=0");
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "nexs.db.pool.maxConns", "must be at least 1 connection")
			.doesNotContain(PLANTED);
	}

	@Test
	void startWhenNoServerAnswersNamesEachWithItsError(CapturedOutput output) {
		start(MigratingConfiguration.class, "--nexs.db.dsn=postgres://app:Pl4nted@127.0.0.1:1/orders",
				"--nexs.db.failover.wait-timeout=1s");
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "No server could be used. No primary to write to within 1",
					" ms: node-1 127.0.0.1:1", "08001", "Check that the servers named under 'nexs.db' run",
					"'nexs.db.monitor.database'")
			.doesNotContain(PLANTED);
	}

	@Test
	void startWhenNameOfMarkerTableIsUnusableSaysWhatIs(CapturedOutput output) {
		start("--nexs.db.dsn=postgres://app:Pl4nted@h1", "--nexs.db.transaction.marker-table=Marker;x");
		assertAnalysis(output,
				"The configuration cannot be used: 'nexs.db.transaction.marker-table' is not usable as the name of a"
						+ " table.",
				"Use lower-case letters, digits and '_', with a schema and a dot before it or not, such as"
						+ " nexs_commit_marker.");
	}

	@Test
	void startWhenMarkerTableIsMissingShowsHowToCreateIt(CapturedOutput output) {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(0).start()) {
			start(MigratingConfiguration.class, "--nexs.db.dsn=" + cluster.dsn(),
					"--nexs.db.transaction.outcome=marker");
		}
		assertThat(output).contains("APPLICATION FAILED TO START",
				"The marker table 'nexs_commit_marker' cannot be used by role postgres",
				"grant select, insert, update and delete",
				"    create table if not exists \"nexs_commit_marker\" (id uuid primary key,");
	}

	@Test
	void startWhenClusterIsEmbeddedCreatesTheMarkerTable() {
		SpringApplication application = new SpringApplication(MigratingConfiguration.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run("--nexs.db.transaction.outcome=marker",
				"--nexs.db.embedded.replicas=0")) {
			assertThat(new JdbcTemplate(context.getBean(DataSource.class))
				.queryForObject("select count(*) from nexs_commit_marker", Long.class)).isZero();
		}
	}

	private static void start(String... arguments) {
		start(NodesConfiguration.class, arguments);
	}

	private static void start(Class<?> configuration, String... arguments) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setRegisterShutdownHook(false);
		assertThat(catchThrowable(() -> application.run(arguments))).isNotNull();
	}

	private static void assertAnalysis(CapturedOutput output, String description, String action) {
		assertThat(output).contains(String.format("Description:%n%n%s%n%nAction:%n%n%s%n", description, action))
			.doesNotContain(PLANTED);
	}

	/**
	 * Asks the primary while the context is refreshed, as a schema migration does.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NexsDbAutoConfiguration.class)
	static class MigratingConfiguration {

		@Bean
		String version(DataSource dataSource) throws SQLException {
			try (Connection connection = dataSource.getConnection()) {
				return connection.getMetaData().getDatabaseProductVersion();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(NexsDbProperties.class)
	static class NodesConfiguration {

		@Bean
		List<Node> nodes(NexsDbProperties properties) {
			return NodesFactory.configured(properties, AddressOrigin.PROPERTIES).nodes();
		}

	}

}
