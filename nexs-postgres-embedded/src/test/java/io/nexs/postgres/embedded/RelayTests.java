package io.nexs.postgres.embedded;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Relay}.
 */
@UseEmbeddedCluster(replicas = 0)
class RelayTests {

	private static final Duration SHORT = Duration.ofMillis(300);

	private EmbeddedNode node;

	private Relay relay;

	RelayTests(EmbeddedNode node) {
		this.node = node;
		this.relay = node.relay();
	}

	@BeforeEach
	void createTable() throws SQLException {
		Clusters.execute(this.node, "drop table if exists entries", "create table entries (id int)");
	}

	@AfterEach
	void restore() {
		this.relay.restore();
		this.relay.delay(Duration.ZERO);
		this.node.server().start();
		await().atMost(Clusters.LIMIT).until(() -> this.relay.connections() == 0);
	}

	@Test
	void connectionsAreCounted() throws SQLException {
		long accepted = this.relay.accepted();
		try (Connection first = open(); Connection second = open()) {
			assertThat(this.relay.connections()).isEqualTo(2);
			assertThat(this.relay.accepted()).isEqualTo(accepted + 2);
			assertThat(List.of(first.isValid(5), second.isValid(5))).containsOnly(true);
		}
		await().atMost(Clusters.LIMIT).until(() -> this.relay.connections() == 0);
		assertThat(this.relay.accepted()).isEqualTo(accepted + 2);
	}

	@Test
	void largeResultsPassUnchanged() throws SQLException {
		String sql = """
				select md5(string_agg(t, '')), string_agg(t, '')
				from (select md5(i::text) t from generate_series(1, 60000) i) x""";
		try (Connection relayed = open(); Connection direct = this.node.connect()) {
			assertThat(row(relayed, sql)).isEqualTo(row(direct, sql));
		}
	}

	@Test
	void cutHoldsBytesBackUntilRestored() throws Exception {
		try (Connection connection = open()) {
			this.relay.cut();
			CompletableFuture<Boolean> insert = CompletableFuture.supplyAsync(() -> insert(connection));
			assertThat(insert).isNotCompleted();
			await().during(SHORT).atMost(Clusters.LIMIT).until(() -> !insert.isDone() && entries() == 0);
			this.relay.restore();
			assertThat(insert.get(10, TimeUnit.SECONDS)).isTrue();
			assertThat(entries()).isEqualTo(1);
		}
	}

	@Test
	void cutAcceptsNewConnectionsAndLeavesThemWithoutAnswer() {
		this.relay.cut();
		long accepted = this.relay.accepted();
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> DriverManager.getConnection(this.node.jdbcUrl() + "&socketTimeout=1").close())
			.withStackTraceContaining("Read timed out");
		assertThat(this.relay.accepted()).isGreaterThan(accepted);
	}

	@Test
	void cutHidesTheEndOfTheServer() throws Exception {
		try (Connection connection = open()) {
			connection.setNetworkTimeout(Runnable::run, 1000);
			this.relay.cut();
			this.node.kill();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> connection.createStatement().execute("select 1"))
				.withStackTraceContaining("Read timed out");
		}
	}

	@Test
	void resetBreaksOpenConnectionsAndAcceptsNewOnes() throws SQLException {
		try (Connection connection = open()) {
			this.relay.reset();
			assertThat(this.relay.connections()).isZero();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> connection.createStatement().execute("select 1"))
				.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("08"));
		}
		assertThat(Clusters.query(this.node, "select 1")).isEqualTo("1");
	}

	@Test
	void delayHoldsEachDirectionBack() throws SQLException {
		try (Connection connection = open()) {
			this.relay.delay(SHORT);
			assertThat(timed(connection)).isGreaterThanOrEqualTo(SHORT.multipliedBy(2));
			this.relay.delay(Duration.ZERO);
			assertThat(timed(connection)).isLessThan(SHORT);
		}
	}

	@Test
	void delayWhenNegativeFails() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.relay.delay(SHORT.negated()));
	}

	@Test
	void connectionWhenServerIsDownIsClosedAtOnce() {
		this.node.kill();
		long start = System.nanoTime();
		assertThatExceptionOfType(SQLException.class).isThrownBy(this::open)
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08001"));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void commitWhenCutBeforeItIsNotMade() throws SQLException {
		CutRule rule = this.relay.onClientBytes(bytes("COMMIT"), CutPoint.BEFORE);
		assertThat(commitFails()).isTrue();
		assertThat(rule.await(Clusters.LIMIT)).isTrue();
		await().atMost(Clusters.LIMIT).until(() -> this.relay.connections() == 0);
		assertThat(entries()).isZero();
	}

	@Test
	void commitWhenCutAfterItIsMadeWithoutAnAnswer() throws SQLException {
		CutRule rule = this.relay.onClientBytes(bytes("COMMIT"), CutPoint.AFTER);
		assertThat(commitFails()).isTrue();
		assertThat(rule.await(Clusters.LIMIT)).isTrue();
		await().atMost(Clusters.LIMIT).until(() -> entries() == 1);
	}

	@Test
	void commitWhenItsAnswerIsCutBeforeIsMade() throws SQLException {
		CutRule rule = this.relay.onServerBytes(bytes("COMMIT\0"), CutPoint.BEFORE);
		assertThat(commitFails()).isTrue();
		assertThat(rule.await(Clusters.LIMIT)).isTrue();
		assertThat(entries()).isEqualTo(1);
	}

	@Test
	void commitWhenItsAnswerIsCutAfterSucceedsAndTheConnectionIsGone() throws SQLException {
		CutRule rule = this.relay.onServerBytes(bytes("COMMIT\0"), CutPoint.AFTER);
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			assertThat(insert(connection)).isTrue();
			connection.commit();
			assertThat(rule.await(Clusters.LIMIT)).isTrue();
			assertThat(insert(connection)).isFalse();
		}
		assertThat(entries()).isEqualTo(1);
	}

	@Test
	void ruleFiresOnce() throws SQLException {
		CutRule rule = this.relay.onClientBytes(bytes("COMMIT"), CutPoint.BEFORE);
		assertThat(rule.fired()).isFalse();
		assertThat(commitFails()).isTrue();
		assertThat(rule.fired()).isTrue();
		assertThat(commitFails()).isFalse();
	}

	@Test
	void ruleWhenCancelledDoesNotFire() throws SQLException {
		CutRule rule = this.relay.onClientBytes(bytes("COMMIT"), CutPoint.BEFORE);
		rule.cancel();
		assertThat(commitFails()).isFalse();
		assertThat(rule.fired()).isFalse();
		assertThat(rule.await(Duration.ZERO)).isFalse();
	}

	@Test
	void ruleWhenItsBytesComeInTwoChunksFires() throws SQLException {
		// The first of two statements ends in the beginning of what the rule waits for.
		String first = "select 'aaaa'";
		CutRule rule = this.relay.onClientBytes(bytes(first + "\0Q"), CutPoint.BEFORE);
		try (Connection connection = DriverManager.getConnection(this.node.jdbcUrl() + "&preferQueryMode=simple")) {
			connection.createStatement().execute(first);
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> connection.createStatement().execute("select 2"));
		}
		assertThat(rule.fired()).isTrue();
	}

	private boolean commitFails() throws SQLException {
		try (Connection connection = open()) {
			connection.setAutoCommit(false);
			assertThat(insert(connection)).isTrue();
			connection.commit();
			return false;
		}
		catch (SQLException ex) {
			assertThat(ex.getSQLState()).startsWith("08");
			return true;
		}
	}

	private int entries() throws SQLException {
		try (Connection connection = this.node.connect()) {
			return Integer.parseInt(row(connection, "select count(*), '' from entries").get(0));
		}
	}

	private Connection open() throws SQLException {
		return DriverManager.getConnection(this.node.jdbcUrl());
	}

	private static boolean insert(Connection connection) {
		try (Statement statement = connection.createStatement()) {
			return statement.executeUpdate("insert into entries values (1)") == 1;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private static Duration timed(Connection connection) throws SQLException {
		long start = System.nanoTime();
		row(connection, "select 1, 2");
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static List<String> row(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return List.of(row.getString(1), row.getString(2));
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
