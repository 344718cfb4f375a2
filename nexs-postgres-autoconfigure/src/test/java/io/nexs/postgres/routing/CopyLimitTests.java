package io.nexs.postgres.routing;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.limits.LimitSettings;
import io.nexs.postgres.limits.QueryLimitException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * COPY under a time limit.
 */
class CopyLimitTests {

	private static final Duration LIMIT = Duration.ofMillis(300);

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(1).start();
		postgres = RoutingFixture.start(cluster, (builder) -> builder
			.limits(LimitSettings.of(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1), LIMIT)));
		RoutingFixture.executeOn(cluster.primary(), "create table item (id int)",
				"create function dawdle() returns trigger language plpgsql as"
						+ " 'begin perform pg_sleep(10); return new; end'",
				"create table slow (id int)",
				"create trigger dawdling before insert on slow for each row execute function dawdle()");
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@BeforeEach
	void clean() throws SQLException {
		RoutingFixture.executeOn(cluster.primary(), "truncate item, slow");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void copyInWhenServerTakesTooLongEnds(boolean autoCommit) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(autoCommit);
			PGConnection driver = connection.unwrap(PGConnection.class);
			assertExceeded(
					catchThrowable(() -> driver.getCopyAPI().copyIn("copy slow from stdin", new StringReader("1\n"))));
			if (!autoCommit) {
				connection.rollback();
			}
			assertThat(connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("copy item from stdin", new StringReader("1\n2\n"))).isEqualTo(2);
			if (!autoCommit) {
				connection.commit();
			}
			assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		assertThat(count("item")).isEqualTo(2);
		assertThat(count("slow")).isZero();
	}

	@Test
	void copyInWhenSourceTakesTooLongEnds() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			PGConnection driver = connection.unwrap(PGConnection.class);
			int backend = driver.getBackendPID();
			assertExceeded(catchThrowable(() -> driver.getCopyAPI().copyIn("copy item from stdin", new EndlessRows())));
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isEqualTo(backend);
			assertThat(RoutingFixture.port(connection)).isEqualTo(RoutingFixture.primaryPort(cluster));
		}
		assertThat(count("item")).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void copyOutWhenTooLongEnds(boolean readOnly) throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setReadOnly(readOnly);
			PGConnection driver = connection.unwrap(PGConnection.class);
			assertExceeded(catchThrowable(
					() -> driver.getCopyAPI().copyOut("copy (select pg_sleep(10)) to stdout", new StringWriter())));
			StringWriter rows = new StringWriter();
			driver.getCopyAPI().copyOut("copy (select 1) to stdout", rows);
			assertThat(rows).hasToString("1\n");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void copyInWhoseHandleIsClosedIsGivenUp(boolean autoCommit) throws SQLException {
		int backend;
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(autoCommit);
			PGConnection driver = connection.unwrap(PGConnection.class);
			backend = driver.getBackendPID();
			driver.getCopyAPI().copyIn("copy item from stdin").writeToCopy(new byte[] { '1', '\n' }, 0, 2);
		}
		try (Connection connection = postgres.dataSource().getConnection()) {
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isEqualTo(backend);
			assertThat(connection.getAutoCommit()).isTrue();
		}
		assertThat(count("item")).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void copyOutWhoseHandleIsClosedEndsWithItsConnection(boolean autoCommit) throws SQLException {
		int backend;
		try (Connection connection = postgres.dataSource().getConnection()) {
			connection.setAutoCommit(autoCommit);
			PGConnection driver = connection.unwrap(PGConnection.class);
			backend = driver.getBackendPID();
			driver.getCopyAPI().copyOut("copy (select generate_series(1, 100000)) to stdout").readFromCopy();
		}
		try (Connection connection = postgres.dataSource().getConnection()) {
			assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isNotEqualTo(backend);
		}
	}

	@Test
	void copyThatTheApplicationCancelsHarmsNobody() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection()) {
			CopyIn left = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
			left.writeToCopy(new byte[] { '1', '\n' }, 0, 2);
			left.cancelCopy();
			CopyIn canceled = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
			canceled.cancelCopy();
			assertThat(connection.getAutoCommit()).isTrue();
		}
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("select pg_sleep(0.6)");
		}
		assertThat(count("item")).isZero();
	}

	private static void assertExceeded(Throwable failure) {
		assertThat(failure).isInstanceOf(QueryLimitException.class)
			.hasMessageContaining("The time limit 'copy' of 300 ms was exceeded on node-");
	}

	private static int count(String table) {
		return RoutingFixture.question(cluster.primary(), "select count(*) from " + table);
	}

	/**
	 * Rows without end.
	 */
	private static final class EndlessRows extends InputStream {

		private int position;

		@Override
		public int read() {
			return (this.position++ % 2 == 0) ? '1' : '\n';
		}

	}

}
