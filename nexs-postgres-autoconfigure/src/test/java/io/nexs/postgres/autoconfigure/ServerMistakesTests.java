package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.routing.ServerCertificate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a user reads when an application does not start because of its servers, and when
 * it starts although one of them is no good. Every mistake is made on real servers, with
 * a planted password, which must show up nowhere.
 */
@UseEmbeddedCluster(replicas = 1)
@ExtendWith(OutputCaptureExtension.class)
class ServerMistakesTests {

	private static final String PLANTED = "Pl4nted";

	private static final String IN_VAIN = "No primary was found, and waiting would not change that:";

	private static EmbeddedCluster cluster;

	private static EmbeddedCluster other;

	private static ServerCertificate trusted;

	private static ServerCertificate unrelated;

	/**
	 * {@code locked} needs a password, {@code watcher} lacks a right of the probe, and
	 * for {@code elder} the server says that it is an old one.
	 */
	@BeforeAll
	static void stage(EmbeddedCluster shared, @TempDir Path directory)
			throws IOException, GeneralSecurityException, InterruptedException, SQLException {
		cluster = shared;
		trusted = ServerCertificate.in(Files.createDirectory(directory.resolve("server")));
		unrelated = ServerCertificate.in(Files.createDirectory(directory.resolve("unrelated")));
		other = EmbeddedCluster.builder()
			.replicas(0)
			.parameter("ssl", "on")
			.parameter("ssl_cert_file", trusted.certificate().toString())
			.parameter("ssl_key_file", trusted.key().toString())
			.start();
		execute(cluster.primary(), "create role locked login password 'right-" + PLANTED + "'",
				"create role watcher login", "create role elder login",
				"revoke execute on function pg_current_wal_lsn() from public",
				"grant execute on function pg_current_wal_lsn() to elder, locked",
				"create schema elder authorization elder",
				"create function elder.current_setting(name text) returns text language sql as $$ select case name"
						+ " when 'server_version' then '13.14' else pg_catalog.current_setting(name) end $$",
				"alter role elder set search_path = elder, pg_catalog");
		for (EmbeddedNode node : cluster.nodes()) {
			askForPasswords(node);
		}
	}

	@AfterAll
	static void stop() {
		other.close();
	}

	private static void execute(EmbeddedNode node, String... statements) throws SQLException {
		try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	private static void askForPasswords(EmbeddedNode node) throws SQLException, IOException {
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("show hba_file")) {
			row.next();
			Path file = Path.of(row.getString(1));
			Files.writeString(file, "host all locked all scram-sha-256\n" + Files.readString(file));
		}
		execute(node, "select pg_reload_conf()");
		Awaitility.await()
			.untilAsserted(() -> assertThatExceptionOfType(SQLException.class).isThrownBy(
					() -> DriverManager.getConnection(node.jdbcUrl().replace("user=postgres", "user=locked")).close()));
	}

	@Test
	void startWhenThePasswordIsWrongOnAllNodesFailsAtOnce(CapturedOutput output) {
		fails(output, dsn("locked:" + PLANTED, cluster.nodes().toArray(EmbeddedNode[]::new)));
		assertThat(output).contains(description(IN_VAIN, refusal(1), refusal(2)),
				"node-1, node-2: Correct user and password, in the DSN or in 'nexs.db.username' and");
	}

	/**
	 * The line of a node whose password is wrong.
	 */
	private static String refusal(int number) {
		return "node-" + number + " 127.0.0.1:" + cluster.node("node-" + number).port()
				+ " refuses the log-in (28P01: FATAL: password authentication failed for user \"locked\")";
	}

	@Test
	void startWhenThePasswordIsAParameterShowsNone(CapturedOutput output) {
		fails(output,
				"--nexs.db.dsn=" + cluster.node("node-1").jdbcUrl().replace("user=postgres", "user=locked")
						+ "&password=" + PLANTED + "&sslpassword=" + PLANTED,
				"--nexs.db.pool.driver-properties.sslpassword=" + PLANTED);
		assertThat(output).contains(description(IN_VAIN, refusal(1)));
	}

	@Test
	void startWhenThereIsNoPasswordSaysWhereToSetIt(CapturedOutput output) {
		fails(output, dsn("locked", cluster.node("node-1")));
		assertThat(output).contains(IN_VAIN, "refuses the log-in (08004: ", "no password was provided",
				"'nexs.db.password'");
	}

	@Test
	void startWhenThePasswordIsWrongOnOneNodeGoesOnAndWarns(CapturedOutput output) {
		starts(output, dsn("locked:right-" + PLANTED, cluster.node("node-1")),
				"--nexs.db.replica-dsn=postgres://locked:" + PLANTED + "@127.0.0.1:" + cluster.node("node-2").port());
		assertThat(warnings(output)).anyMatch((line) -> line.contains(refusal(2) + ". Correct user and password"));
	}

	@Test
	void startWhenTheDatabaseIsMissingWaitsForIt(CapturedOutput output) {
		fails(output, dsn("postgres:" + PLANTED, cluster.node("node-1")).replaceAll("postgres$", "nowhere"),
				"--nexs.db.startup.timeout=500ms");
		assertThat(output).contains(
				description("No primary was found within 500 ms ('nexs.db.startup.timeout'):",
						"node-1 127.0.0.1:" + cluster.node("node-1").port()
								+ " does not have the database (3D000: FATAL: database \"nowhere\" does not exist)"),
				"node-1: Correct the database in the DSN", "'nexs.db.startup.mode' (now wait)");
		assertThat(warnings(output)).anyMatch((line) -> line.contains("the start waits") && line.contains("3D000"));
	}

	@Test
	void startWhenTheServerHasNoTlsFailsAtOnce(CapturedOutput output) {
		fails(output, dsn("postgres:" + PLANTED, cluster.node("node-1")) + "?sslmode=require");
		assertThat(output).contains(IN_VAIN, " has no TLS (08004: ", "node-1: Let the server offer TLS (ssl=on)");
	}

	@Test
	void startWhenTheCertificateIsSignedByNobodyKnownFailsAtOnce(CapturedOutput output) {
		fails(output, dsn("postgres:" + PLANTED, other.primary()) + "?sslmode=verify-full&sslrootcert="
				+ unrelated.certificate());
		assertThat(output).contains(IN_VAIN, " has a certificate that is not trusted (08006: ", "'sslrootcert'");
	}

	@Test
	void startWhenTheCertificateIsOfAnotherHostFailsAtOnce(CapturedOutput output) {
		fails(output, dsn("postgres:" + PLANTED, other.primary()) + "?sslmode=verify-full&sslrootcert="
				+ trusted.certificate());
		assertThat(output).contains(IN_VAIN, " has a certificate that is not trusted (08006: The hostname 127.0.0.1",
				"it also has to name the host of the DSN");
	}

	@Test
	void startWhenTlsIsRefusedAndThereIsNoPasswordTellsOfBoth(CapturedOutput output) {
		fails(output, dsn("postgres", cluster.node("node-1")) + "?sslmode=require");
		assertThat(output).contains(IN_VAIN, " refuses the connection (08004: ", "If the message tells of SSL");
	}

	@Test
	void startWhenTheNodesAreOfTwoClustersFailsAtOnce(CapturedOutput output) {
		fails(output, dsn("postgres:" + PLANTED, cluster.node("node-1"), other.primary()));
		assertThat(output).contains("The nodes belong to different clusters:",
				"node-1 127.0.0.1:" + cluster.node("node-1").port() + " is a primary",
				"node-2 127.0.0.1:" + other.primary().port() + " belongs to another cluster (its system identifier is ",
				", that of node-1 (127.0.0.1:", "node-2: List the nodes of one cluster only");
	}

	@Test
	void startWhenTwoAddressesLeadToOneServerGoesOnAndWarns(CapturedOutput output) {
		starts(output, sameServerTwice());
		assertThat(warnings(output)).anyMatch((line) -> line.contains("node-2 localhost:")
				&& line.contains(" leads to the same server as another node (as node-1 (127.0.0.1:")
				&& line.contains("List each server once"));
	}

	@Test
	void startWhenTwoAddressesLeadToOneServerAndItIsFailFastFails(CapturedOutput output) {
		fails(output, sameServerTwice(), "--nexs.db.startup.mode=fail-fast");
		assertThat(output).contains("One server is listed twice:", "node-2: List each server once");
	}

	private static String sameServerTwice() {
		int port = cluster.node("node-1").directPort();
		return "--nexs.db.dsn=postgres://postgres:" + PLANTED + "@127.0.0.1:" + port + ",localhost:" + port
				+ "/postgres";
	}

	@Test
	void startWhenNoServerCanBeReachedWaitsUntilTheLimit(CapturedOutput output) {
		long begin = System.nanoTime();
		fails(output, "--nexs.db.dsn=postgres://app:" + PLANTED + "@127.0.0.1:1,127.0.0.1:2/orders",
				"--nexs.db.startup.timeout=1200ms");
		assertThat(System.nanoTime() - begin).isGreaterThan(1_200_000_000L);
		assertThat(output).contains("No primary was found within 1200 ms ('nexs.db.startup.timeout'):",
				"node-1 127.0.0.1:1 cannot be reached (08001: ", "node-2 127.0.0.1:2 cannot be reached (08001: ",
				"node-1, node-2: Check that the server runs");
		assertThat(warnings(output).filter((line) -> line.contains("the start waits ("))).hasSize(2);
	}

	@Test
	void startWhenNoServerCanBeReachedAndItIsFailFastFailsAtTheFirstLook(CapturedOutput output) {
		fails(output, "--nexs.db.dsn=postgres://app:" + PLANTED + "@127.0.0.1:1/orders",
				"--nexs.db.startup.mode=fail-fast");
		assertThat(output)
			.contains("No primary was found at the first look ('nexs.db.startup.mode' is 'fail-fast'):",
					"node-1 127.0.0.1:1 cannot be reached (08001: ", "'nexs.db.startup.mode' (now fail-fast)")
			.doesNotContain("the start waits (");
	}

	@Test
	void startWhenOnlyReplicasCanBeReachedSaysThatThePrimaryIsToBeListed(CapturedOutput output) {
		fails(output, dsn("postgres:" + PLANTED, cluster.node("node-2")), "--nexs.db.startup.timeout=500ms");
		assertThat(output).contains(
				description("No primary was found, only replicas, within 500 ms ('nexs.db.startup.timeout'):",
						"node-1 127.0.0.1:" + cluster.node("node-2").port() + " is a replica"),
				"List the primary too", "'nexs.db.startup.require' = node");
	}

	@Test
	void startWhenOnlyReplicasCanBeReachedAndSufficeGoesOnAndWarns(CapturedOutput output) {
		starts(output, dsn("postgres:" + PLANTED, cluster.node("node-2")), "--nexs.db.startup.require=node");
		assertThat(warnings(output)).anyMatch((line) -> line.contains("There is no primary, only replicas"));
	}

	@Test
	void startWhenTheRoleMayNotRunTheProbeNamesTheRight(CapturedOutput output) {
		fails(output, dsn("watcher:" + PLANTED, cluster.node("node-1")));
		assertThat(output).contains(description(IN_VAIN,
				"node-1 127.0.0.1:" + cluster.node("node-1").port() + " refuses what the probe asks (42501: ERROR:"
						+ " permission denied for function pg_current_wal_lsn)"),
				"node-1: Grant the role what the message names");
	}

	@Test
	void startWhenTheServerIsTooOldNamesTheOldestSupported(CapturedOutput output) {
		fails(output, dsn("elder:" + PLANTED, cluster.node("node-1")));
		assertThat(output).contains(
				description("A server is older than the versions supported:",
						"node-1 127.0.0.1:" + cluster.node("node-1").port()
								+ " is too old (it says server_version = 13.14)"),
				"node-1: Use PostgreSQL 14 or a later version.");
	}

	@Test
	void startWhenANodeIsAwayAndAllAreToBeWarmFails(CapturedOutput output) {
		fails(output, dsn("postgres:" + PLANTED, cluster.node("node-1")),
				"--nexs.db.replica-dsn=postgres://127.0.0.1:1", "--nexs.db.pool.warm-up.on-failure=fail");
		assertThat(output).contains("Warm-up failed and 'nexs.db.pool.warm-up.on-failure' is 'fail': node-1 ",
				"; node-2 127.0.0.1:1 UNKNOWN ", "set 'nexs.db.pool.warm-up.on-failure' to 'warn'",
				"node-2 127.0.0.1:1 cannot be reached (08001: ");
	}

	private static String dsn(String user, EmbeddedNode... nodes) {
		return "--nexs.db.dsn=postgres://" + user + "@"
				+ String.join(",", Arrays.stream(nodes).map((node) -> "127.0.0.1:" + node.port()).toList())
				+ "/postgres";
	}

	private static void fails(CapturedOutput output, String... arguments) {
		assertThat(FailedStart.of(Starting.class, arguments)).doesNotContain(PLANTED);
		assertThat(output).contains("APPLICATION FAILED TO START").doesNotContain(PLANTED);
	}

	private static void starts(CapturedOutput output, String... arguments) {
		SpringApplication application = new SpringApplication(Starting.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			assertThat(context.getBean(ClusterMonitor.class).topology().nodes()).isNotEmpty();
		}
		assertThat(output).doesNotContain(PLANTED);
	}

	private static String description(String reason, String... nodes) {
		String lines = String.join("%n    ", nodes);
		return String.format("Description:%n%n" + reason + "%n    " + lines + "%n%nAction:%n%n");
	}

	private static Stream<String> warnings(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains(" WARN "));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(NexsDbAutoConfiguration.class)
	static class Starting {

	}

}
