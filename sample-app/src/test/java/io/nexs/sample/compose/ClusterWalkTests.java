package io.nexs.sample.compose;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.nexs.sample.Program.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code manage.sh} and the scripts of the nodes with real servers: processes of this
 * machine in place of containers. Skipped where PostgreSQL's programs are not installed
 * as Debian does it; those of the embedded cluster are too few.
 */
@EnabledOnOs(OS.LINUX)
class ClusterWalkTests {

	private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

	private static final List<String> NODES = List.of("primary", "replica-1", "replica-2");

	private static final String PASSWORD = "app's own";

	private Path directory;

	private List<Integer> ports;

	private Stack stack;

	@BeforeEach
	void putInPlace() throws IOException {
		Optional<Path> programs = programs();
		Assumptions.assumeTrue(programs.isPresent(), "PostgreSQL is not installed in " + INSTALLED);
		String memory = System.getenv("NEXS_EMBEDDED_DIRECTORY");
		this.directory = (memory != null) ? Files.createTempDirectory(Path.of(memory), "nexs-compose-")
				: Files.createTempDirectory("nexs-compose-");
		Files.createDirectory(this.directory.resolve("state"));
		this.ports = freePorts();
		this.stack = new Stack(this.directory, "engine", "docker");
		this.stack.set("PATH", this.directory.resolve("bin") + ":" + programs.get() + ":" + System.getenv("PATH"))
			.set("START_LIMIT", "40")
			.set("ENGINE", this.directory.toString())
			.set("SCRIPTS", Stack.SCRIPTS.toString())
			.set("STATE", this.directory.resolve("state").toString())
			.set("NODES",
					"primary=127.0.0.1:%d replica-1=127.0.0.1:%d replica-2=127.0.0.1:%d"
						.formatted(this.ports.toArray()))
			.set("POSTGRES_USER", "app")
			.set("POSTGRES_PASSWORD", PASSWORD)
			.set("POSTGRES_DB", "orders")
			.set("ADMIN_PASSWORD", "admin")
			.set("REPLICATION_PASSWORD", "replicator");
	}

	@AfterEach
	void stop() throws Exception {
		if (this.directory != null) {
			this.stack.manage("stop");
			FileSystemUtils.deleteRecursively(this.directory);
		}
	}

	private static Optional<Path> programs() throws IOException {
		if (!Files.isDirectory(INSTALLED)) {
			return Optional.empty();
		}
		try (Stream<Path> versions = Files.list(INSTALLED)) {
			return versions.map((version) -> version.resolve("bin"))
				.filter((bin) -> Stream.of("initdb", "postgres", "psql", "pg_isready", "pg_basebackup")
					.allMatch((name) -> Files.isExecutable(bin.resolve(name))))
				.max(Path::compareTo);
		}
	}

	private static List<Integer> freePorts() throws IOException {
		List<Integer> ports = new ArrayList<>();
		try (ServerSocket one = new ServerSocket(0);
				ServerSocket two = new ServerSocket(0);
				ServerSocket three = new ServerSocket(0)) {
			for (ServerSocket each : List.of(one, two, three)) {
				ports.add(each.getLocalPort());
			}
		}
		return ports;
	}

	private String succeed(String... arguments) throws Exception {
		Result result = this.stack.manage(arguments);
		assertThat(result.exitCode()).as(() -> result.output() + logs()).isZero();
		return result.output();
	}

	private String refused(String... arguments) throws Exception {
		Result result = this.stack.manage(arguments);
		assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
		return result.output();
	}

	private String logs() {
		StringBuilder logs = new StringBuilder();
		for (String node : NODES) {
			try {
				logs.append("%n%s:%n".formatted(node))
					.append(Files.readString(this.directory.resolve(node).resolve("log")));
			}
			catch (IOException ex) {
				logs.append(ex);
			}
		}
		return logs.toString();
	}

	private Connection connect(String node, String password, String parameters) throws SQLException {
		return DriverManager.getConnection(
				"jdbc:postgresql://localhost:%d/orders%s".formatted(this.ports.get(NODES.indexOf(node)), parameters),
				"app", password);
	}

	private String ask(String node, String sql) throws SQLException {
		return ask(node, "", sql);
	}

	private String ask(String node, String parameters, String sql) throws SQLException {
		try (Connection connection = connect(node, PASSWORD, parameters);
				Statement statement = connection.createStatement()) {
			if (!statement.execute(sql)) {
				return "";
			}
			ResultSet row = statement.getResultSet();
			row.next();
			return row.getString(1);
		}
	}

	@Test
	void primaryIsReplacedAndComesBackAsAReplica() throws Exception {
		startsWithTwoReplicasAndTls();
		promotionIsRefusedWhileThePrimaryRuns();
		replicaTakesOver();
		formerPrimaryIsACopy();
		everythingIsStoppedAndStarted();
		replicaIsCopiedAnew();
		assertThat(logs()).doesNotContain(PASSWORD, "app''s own").doesNotContain("password 'replicator'");
	}

	private void startsWithTwoReplicasAndTls() throws Exception {
		succeed("start", "tls");
		assertThat(succeed("verify")).contains("primary: 2 replicas stream", "replica-2: receives")
			.doesNotContain("FAILED");
		Path authority = Files.writeString(this.directory.resolve("ca.crt"), succeed("ca"));
		for (String node : NODES) {
			assertThat(ask(node, "?sslmode=verify-full&sslrootcert=" + authority,
					"select ssl from pg_stat_ssl where pid = pg_backend_pid()"))
				.isEqualTo("t");
		}
		assertThat(this.directory.resolve("state/tls")).isDirectoryNotContaining("glob:**/ca.key");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect("primary", "wrong", ""))
			.matches((ex) -> ex.getSQLState().equals("28P01"));
		ask("primary", "create table walk as select 1 as step");
	}

	private void promotionIsRefusedWhileThePrimaryRuns() throws Exception {
		assertThat(refused("promote", "replica-1")).contains("./manage.sh stop-node primary");
		assertThat(ask("replica-1", "select pg_is_in_recovery()")).isEqualTo("t");
	}

	private void replicaTakesOver() throws Exception {
		succeed("stop-node", "replica-2");
		ask("primary", "insert into walk values (2)");
		succeed("stop-node", "primary");
		succeed("start-node", "replica-2");
		assertThat(refused("verify")).contains("FAILED  primary: takes writes");
		assertThat(refused("promote", "replica-2")).contains("replica-1 has received more than replica-2");
		assertThat(succeed("promote", "replica-1")).contains("replica-1 is the primary",
				"./manage.sh start-node primary");
		ask("replica-1", "insert into walk values (3)");
	}

	private void formerPrimaryIsACopy() throws Exception {
		succeed("start-node", "primary");
		assertThat(succeed("verify")).contains("replica-1: 2 replicas stream", "primary: receives");
		assertThat(ask("primary", "select string_agg(step::text, ',' order by step) || pg_is_in_recovery() from walk"))
			.isEqualTo("1,2,3true");
		assertThat(succeed("status")).containsPattern("replica-1 +primary +2 ").containsPattern("primary +replica +2 ");
	}

	private void everythingIsStoppedAndStarted() throws Exception {
		succeed("stop");
		succeed("start");
		assertThat(succeed("verify")).contains("replica-1: takes writes");
		assertThat(succeed("psql", "-Atc", "select current_user, pg_is_in_recovery()")).isEqualTo("app|f\n");
	}

	private void replicaIsCopiedAnew() throws Exception {
		succeed("rejoin", "replica-2");
		assertThat(Files.readString(this.directory.resolve("replica-2/log")))
			.contains("the primary is replica-1; the data here is replaced by a copy of it");
		assertThat(succeed("verify")).contains("replica-2: receives");
	}

}
