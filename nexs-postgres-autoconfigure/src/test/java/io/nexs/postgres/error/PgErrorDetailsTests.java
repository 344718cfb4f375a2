package io.nexs.postgres.error;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.routing.FailureContext;
import io.nexs.postgres.routing.FailureEffect;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.routing.RouteReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link PgErrorDetails} and {@link FailureContext} with what a server says.
 */
@UseEmbeddedCluster
class PgErrorDetailsTests {

	private static NexsPostgres postgres;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void connect(EmbeddedCluster cluster) {
		postgres = NexsPostgres.of(cluster.dsn()).start();
		jdbc = new JdbcTemplate(postgres.dataSource());
		jdbc.execute("create schema error_details");
		jdbc.execute("create table error_details.person (email text constraint person_key primary key, age int"
				+ " constraint person_age check (age > 0), name text not null)");
		jdbc.execute("create domain error_details.small as int constraint small_check check (value < 10)");
	}

	@AfterAll
	static void disconnect() {
		jdbc.execute("drop schema error_details cascade");
		postgres.close();
	}

	@Test
	void detailsWhenAKeyExistsHaveAllFieldsOfTheServer() {
		String insert = "insert into error_details.person values (?, 1, 'x')";
		jdbc.update(insert, "a@b.c");
		DataAccessException failure = catchThrowableOfType(DuplicateKeyException.class,
				() -> jdbc.update(insert, "a@b.c"));
		PgErrorDetails details = PgErrorDetails.of(failure).orElseThrow();
		assertThat(details.severity()).isEqualTo("ERROR");
		assertThat(details.sqlState()).isEqualTo("23505");
		assertThat(details.message()).contains("person_key");
		assertThat(details.detail()).isEqualTo("Key (email)=(a@b.c) already exists.");
		assertThat(details.schema()).isEqualTo("error_details");
		assertThat(details.table()).isEqualTo("person");
		assertThat(details.constraint()).isEqualTo("person_key");
		assertThat(details.file()).endsWith(".c");
		assertThat(details.line()).isPositive();
		assertThat(details.routine()).isNotBlank();
		assertThat(details.isConstraintViolation()).isTrue();
		assertThat(details.isRetryable()).isFalse();
		assertThat(details.isConnectionError()).isFalse();
	}

	@Test
	void detailsWhenPrintedHaveNoValues() {
		String insert = "insert into error_details.person values (?, 2, 'x')";
		jdbc.update(insert, "secret@b.c");
		PgErrorDetails key = details(insert, "secret@b.c");
		assertThat(key.detail()).contains("secret@b.c");
		assertThat(key.toString()).contains("person_key", "23505").doesNotContain("secret");
		PgErrorDetails number = details("select cast(? as text)::int", "secret");
		assertThat(number.message()).contains("secret");
		assertThat(number.toString()).contains("22P02").doesNotContain("secret");
	}

	@Test
	void detailsWhenOtherFieldsAreSentHaveThem() {
		assertThat(details("insert into error_details.person values ('n', 1, null)").column()).isEqualTo("name");
		assertThat(details("select 12::error_details.small").datatype()).isEqualTo("small");
		PgErrorDetails syntax = details("select nme from error_details.person");
		assertThat(syntax.position()).isEqualTo(8);
		assertThat(syntax.hint()).contains("name");
		PgErrorDetails inner = details("do $$ begin execute 'select nme'; end $$");
		assertThat(inner.internalQuery()).isEqualTo("select nme");
		assertThat(inner.internalPosition()).isEqualTo(8);
		assertThat(inner.where()).contains("PL/pgSQL");
	}

	@Test
	void detailsWhenABatchFailedAreThoseOfTheEntry() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.addBatch("insert into error_details.person values ('batch', -1, 'x')");
			Throwable failure = catchThrowable(statement::executeBatch);
			assertThat(failure).isInstanceOf(BatchUpdateException.class);
			assertThat(PgErrorDetails.of(failure).orElseThrow().constraint()).isEqualTo("person_age");
		}
	}

	@Test
	void detailsWhenTheServerSentNothingHaveTheSqlState() {
		SQLException lost = new SQLException("An I/O error occurred", "08006");
		PgErrorDetails details = PgErrorDetails.of(new IllegalStateException(lost)).orElseThrow();
		assertThat(details.sqlState()).isEqualTo("08006");
		assertThat(details.severity()).isNull();
		assertThat(details.isConnectionError()).isTrue();
		assertThat(PgErrorDetails.of(new SQLException("lock", "55P03")).orElseThrow().isRetryable()).isTrue();
	}

	@Test
	void detailsWhenThereIsNoSqlStateAreEmptyAlsoForAChainWithACycle() {
		SQLException first = new SQLException("first");
		SQLException second = new SQLException("second", first);
		first.initCause(second);
		assertThat(PgErrorDetails.of(second)).isEmpty();
		assertThat(FailureContext.of(second)).isEmpty();
		assertThat(PgErrorDetails.of(null)).isEmpty();
	}

	@Test
	void contextWhenAStatementFailsNamesNodeRoleReasonAndEffect() {
		Throwable failure = catchThrowable(() -> jdbc.queryForObject("select 1/0", Integer.class));
		Optional<FailureContext> found = FailureContext.of(failure);
		assertThat(found).hasValueSatisfying((context) -> {
			assertThat(context.node()).isEqualTo(postgres.monitor().topology().primary().node().id());
			assertThat(context.role()).isEqualTo(NodeRole.PRIMARY);
			assertThat(context.reason()).isEqualTo(RouteReason.NO_TRANSACTION);
			assertThat(context.effect()).isEqualTo(FailureEffect.STATEMENT_FAILED);
			assertThat(context).hasMessageContainingAll("as PRIMARY (no-transaction)", "no effect");
		});
	}

	@Test
	void contextWhenTheConnectionIsLostInATransactionSaysRolledBack() throws SQLException {
		try (Connection connection = postgres.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("select 1");
			Throwable failure = catchThrowable(
					() -> statement.execute("select pg_terminate_backend(pg_backend_pid())"));
			assertThat(FailureContext.of(failure))
				.hasValueSatisfying((context) -> assertThat(context.effect()).isEqualTo(FailureEffect.ROLLED_BACK));
			Throwable next = catchThrowable(() -> statement.execute("select 2"));
			assertThat(FailureContext.of(next))
				.hasValueSatisfying((context) -> assertThat(context.effect()).isEqualTo(FailureEffect.ROLLED_BACK));
			Throwable commit = catchThrowable(connection::commit);
			assertThat(FailureContext.of(commit))
				.hasValueSatisfying((context) -> assertThat(context.effect()).isEqualTo(FailureEffect.ROLLED_BACK));
		}
	}

	@Test
	void contextWhenTheConnectionIsLostInAutoCommitModeSaysUnknown() {
		Throwable failure = catchThrowable(() -> jdbc.execute("select pg_terminate_backend(pg_backend_pid())"));
		assertThat(FailureContext.of(failure))
			.hasValueSatisfying((context) -> assertThat(context.effect()).isEqualTo(FailureEffect.UNKNOWN));
	}

	private static PgErrorDetails details(String sql, Object... values) {
		return PgErrorDetails.of(catchThrowable(() -> jdbc.update(sql, values))).orElseThrow();
	}

}
