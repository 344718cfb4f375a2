package io.nexs.sample.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedClusterBuilder;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.sample.Program;
import io.nexs.sample.Program.Result;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Settings and roles of the nodes of {@code compose.yaml}, on a server of the embedded
 * cluster. That passwords are asked for is not seen here: this server trusts everybody.
 */
class RolesTests {

	private static EmbeddedCluster cluster;

	private static Result result;

	@BeforeAll
	static void createRoles() throws Exception {
		EmbeddedClusterBuilder builder = EmbeddedCluster.builder().replicas(0);
		settings().forEach(builder::parameter);
		cluster = builder.start();
		Map<String, String> environment = Map.of("POSTGRES_USER", "app", "POSTGRES_PASSWORD", "it's \"secret\"",
				"POSTGRES_DB", "orders", "REPLICATION_PASSWORD", "other");
		result = Program.call(Path.of("."), environment, "", "psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1",
				"--dbname=host=127.0.0.1 user=postgres dbname=postgres port=" + primary().directPort(),
				"--file=" + Stack.SCRIPTS.resolve("roles.sql"));
		assertThat(result.exitCode()).as(result.output()).isZero();
		try (Connection connection = connect("postgres", "orders")) {
			connection.createStatement().execute("create extension pg_stat_statements");
		}
	}

	@AfterAll
	static void stop() {
		if (cluster != null) {
			cluster.close();
		}
	}

	private static EmbeddedNode primary() {
		return cluster.primary();
	}

	private static Map<String, String> settings() throws IOException {
		Map<String, String> settings = new LinkedHashMap<>();
		Files.readAllLines(Stack.SCRIPTS.resolve("postgresql.conf"))
			.stream()
			.filter((line) -> line.contains("=") && !line.startsWith("#"))
			.map((line) -> line.split(" = ", 2))
			.forEach((pair) -> settings.put(pair[0], pair[1].replace("'", "")));
		assertThat(settings).hasSizeGreaterThan(10);
		return settings;
	}

	private static Connection connect(String user, String database) throws SQLException {
		return DriverManager.getConnection(
				"jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(primary().directPort(), database, user));
	}

	private static String ask(String user, String sql) throws SQLException {
		try (Connection connection = connect(user, "orders");
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	@Test
	void settingsAreInForce() throws SQLException {
		assertThat(ask("postgres", "show log_min_duration_statement")).isEqualTo("100ms");
		assertThat(ask("postgres", "show max_slot_wal_keep_size")).isEqualTo("1GB");
		assertThat(ask("postgres", "show shared_preload_libraries")).isEqualTo("pg_stat_statements");
	}

	@Test
	void accessRulesAreValidAndAskForPasswords() throws Exception {
		Path file = Path.of(ask("postgres", "show hba_file"));
		String before = Files.readString(file);
		try {
			// The view reads the file; the server goes on with what it has read before
			Files.copy(Stack.SCRIPTS.resolve("pg_hba.conf"), file, StandardCopyOption.REPLACE_EXISTING);
			assertThat(ask("postgres", "select string_agg(distinct coalesce(error, auth_method), ',')"
					+ " || count(*) from pg_hba_file_rules"))
				.isEqualTo("reject,scram-sha-2569");
		}
		finally {
			Files.writeString(file, before);
		}
	}

	@Test
	void applicationMigratesAndWrites() throws SQLException {
		String url = "jdbc:postgresql://127.0.0.1:%d/orders".formatted(primary().directPort());
		assertThat(Flyway.configure().dataSource(url, "app", null).load().migrate().migrationsExecuted).isPositive();
		assertThat(ask("app",
				"insert into orders (customer, item, quantity, price) values ('ada', 'book', 1, 9.90) returning id"))
			.isEqualTo("1");
	}

	@Test
	void applicationSeesStatisticsOfOthers() throws SQLException {
		assertThat(ask("app", "select pg_has_role('pg_read_all_stats', 'usage')")).isEqualTo("t");
		assertThat(ask("app", "select count(*) > 0 from pg_stat_statements where userid <> 'app'::regrole"
				+ " and query <> '<insufficient privilege>'"))
			.isEqualTo("t");
	}

	@Test
	void applicationHasNoOtherRights() throws SQLException {
		assertThat(ask("postgres", "select concat(rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls)"
				+ " from pg_roles where rolname = 'app'"))
			.isEqualTo("fffff");
		for (String sql : new String[] { "select rolpassword from pg_authid", "create role other",
				"create database other", "alter system set work_mem = '1GB'", "copy orders to program 'true'",
				"select pg_read_file('pg_hba.conf')", "select pg_promote()" }) {
			assertThatExceptionOfType(SQLException.class).as(sql)
				.isThrownBy(() -> ask("app", sql))
				.matches((ex) -> ex.getSQLState().equals("42501"), "refused for lack of rights");
		}
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect("app", "postgres"))
			.matches((ex) -> ex.getSQLState().equals("42501"));
	}

	@Test
	void replicationRoleReachesNoDatabase() throws SQLException {
		assertThat(
				ask("postgres", "select concat(rolsuper, rolreplication) from pg_roles where rolname = 'replicator'"))
			.isEqualTo("ft");
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect("replicator", "orders"))
			.matches((ex) -> ex.getSQLState().equals("42501"));
	}

	@Test
	void passwordsAreHashedAndNowhereElse() throws SQLException {
		assertThat(
				ask("postgres",
						"select string_agg(left(rolpassword, 14), ',') from pg_authid"
								+ " where rolname in ('app', 'replicator')"))
			.isEqualTo("SCRAM-SHA-256$,SCRAM-SHA-256$");
		assertThat(ask("postgres", "select count(*) from pg_stat_statements where query like '%secret%'"))
			.isEqualTo("0");
		assertThat(result.output()).doesNotContain("secret");
	}

}
