package io.nexs.postgres.autoconfigure.hooks;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.nexs.postgres.audit.AuditRecord;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.hook.HookVetoException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What is audited, and that the table has a row for each change that is committed.
 */
@UseEmbeddedCluster(replicas = 1)
class AuditTests {

	private static final String[] TABLE = { "nexs.db.audit.enabled=true", "nexs.db.audit.sinks=table,event",
			"nexs.db.audit.table.create=true" };

	private static final String ROWS = "select operation, sql, row_count, outcome from nexs_audit order by id";

	@AfterEach
	void nobody() {
		Caller.CURRENT.remove();
	}

	@Test
	void changeWhenCommittedHasARowInTheSameTransaction(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster)) {
			Caller.CURRENT.set(new HookCaller("acme", "request-1"));
			JdbcClient jdbc = application.jdbc();
			application.inTransaction(() -> {
				jdbc.sql("insert into note (title, password) values ('secret', ?)").param("secret").update();
				jdbc.sql("select * from note where title = 'secret'").query().listOfRows();
				jdbc.sql("update note set title = 'x' where title = 'secret'").update();
			});
			assertThat(rows(application)).containsExactly(
					row("exec", "insert into note (title, password) values (?, ?)", 1L, "success"),
					row("exec", "update note set title = ? where title = ?", 1L, "success"));
			assertThat(jdbc.sql("select distinct actor, tenant, correlation_id, node, parameters from nexs_audit")
				.query()
				.listOfRows())
				.singleElement()
				.satisfies((row) -> assertThat(row).containsEntry("tenant", "acme")
					.containsEntry("correlation_id", "request-1")
					.containsEntry("node", "node-1")
					.containsEntry("actor", null)
					.containsEntry("parameters", null));
			assertThat(jdbc.sql("select count(distinct xact) from nexs_audit").query(Integer.class).single()).isOne();
			assertThat(jdbc.sql("select count(*) from nexs_audit a join note n on n.xmin::text = a.xact::text")
				.query(Integer.class)
				.single()).isEqualTo(2);
		}
	}

	@Test
	void changeWhenRolledBackHasNoRow(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster)) {
			application.transaction().executeWithoutResult((status) -> {
				application.jdbc().sql("insert into note (title) values ('gone')").update();
				status.setRollbackOnly();
			});
			assertThat(rows(application)).isEmpty();
			assertThat(application.bean(Events.class).of(AuditRecord.class)).hasSize(1);
		}
	}

	@Test
	void changeWhenTakenBackToASavepointHasNoRow(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster)) {
			nested(application);
			assertThat(rows(application)).extracting((row) -> row.get("sql"))
				.containsExactly("insert into note (title) values (?)");
		}
	}

	@Test
	void rowsWhenWrittenAtCommitAreThereAndGoWithTheTransaction(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster, "nexs.db.audit.table.write=commit")) {
			application.inTransaction(() -> {
				application.jdbc().sql("insert into note (title) values ('a')").update();
				assertThat(rows(application)).isEmpty();
				application.jdbc().sql("update note set title = 'b' where title = 'a'").update();
			});
			assertThat(rows(application)).hasSize(2);
			application.transaction().executeWithoutResult((status) -> {
				application.jdbc().sql("insert into note (title) values ('c')").update();
				status.setRollbackOnly();
			});
			application.inTransaction(() -> application.jdbc().sql("select 1").query().listOfRows());
			assertThat(rows(application)).hasSize(2);
			application.inTransaction(() -> {
				for (int i = 0; i < 501; i++) {
					application.jdbc().sql("insert into note (title) values ('d')").update();
				}
			});
			assertThat(rows(application)).hasSize(503);
		}
	}

	private static void nested(HookedApplication application) {
		JdbcClient jdbc = application.jdbc();
		JdbcTemplate template = application.bean(JdbcTemplate.class);
		template.execute((Connection connection) -> {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("insert into note (title) values ('kept')");
				Savepoint savepoint = connection.setSavepoint();
				statement.executeUpdate("update note set title = 'undone' where title = 'kept'");
				connection.rollback(savepoint);
			}
			connection.commit();
			connection.setAutoCommit(true);
			return null;
		});
		assertThat(jdbc.sql("select count(*) from note where title = 'undone'").query(Integer.class).single()).isZero();
	}

	@Test
	void changeWithoutTransactionHasARowAheadOfIt(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster)) {
			JdbcClient jdbc = application.jdbc();
			jdbc.sql("create table once (a text primary key)").update();
			jdbc.sql("insert into once values ('x') returning a").query().listOfRows();
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> jdbc.sql("insert into once values ('x')").update());
			assertThat(rows(application)).extracting((row) -> row.get("operation"), (row) -> row.get("outcome"))
				.containsExactly(tuple("exec", "success"), tuple("query", "success"), tuple("exec", "failure"));
			assertThat(
					jdbc.sql("select sqlstate from nexs_audit where outcome = 'failure'").query(String.class).single())
				.isEqualTo("23505");
			assertThat(application.bean(Events.class).of(AuditRecord.class))
				.extracting((record) -> record.outcome().tag())
				.containsExactly("success", "success", "failure");
		}
	}

	@Test
	void changeWithoutTransactionWhenRefusedIsNotMade(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster, "nexs.db.audit.table.auto-commit=refuse")) {
			JdbcClient jdbc = application.jdbc();
			assertThatExceptionOfType(HookVetoException.class)
				.isThrownBy(() -> jdbc.sql("insert into note (title) values ('refused')").update())
				.withMessageContaining("outside of a transaction");
			assertThat(jdbc.sql("select count(*) from note where title = 'refused'").query(Integer.class).single())
				.isZero();
			application.inTransaction(() -> jdbc.sql("insert into note (title) values ('taken')").update());
			assertThat(rows(application)).hasSize(1);
			assertThat(application.bean(Events.class).of(AuditRecord.class))
				.extracting((record) -> record.outcome().tag())
				.containsExactly("refused", "success");
		}
	}

	@Test
	void changeWithoutTransactionWhenWrittenAfterHasARow(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster, "nexs.db.audit.table.auto-commit=after")) {
			application.jdbc().sql("insert into note (title) values ('after')").update();
			assertThat(rows(application))
				.containsExactly(row("exec", "insert into note (title) values (?)", 1L, "success"));
		}
	}

	@Test
	void commitWhenRowCannotBeWrittenIsRefused(EmbeddedCluster cluster) {
		for (String write : List.of("statement", "commit")) {
			try (HookedApplication application = start(cluster, "nexs.db.audit.table.write=" + write)) {
				breakTable(cluster);
				assertThatExceptionOfType(RuntimeException.class)
					.isThrownBy(() -> application.inTransaction(
							() -> application.jdbc().sql("insert into note (title) values ('lost')").update()))
					.withStackTraceContaining("Hook 'audit' refused commit on node-1: The row in the audit table"
							+ " nexs_audit could not be written (SQLSTATE 23514)");
				assertThatExceptionOfType(HookVetoException.class)
					.isThrownBy(() -> application.jdbc().sql("insert into note (title) values ('lost')").update());
				assertThat(count(application, "lost")).isZero();
			}
		}
	}

	@Test
	void commitWhenRowIsNotRequiredGoesOnWithoutIt(EmbeddedCluster cluster) {
		for (String write : List.of("statement", "commit")) {
			try (HookedApplication application = start(cluster, "nexs.db.audit.required=false",
					"nexs.db.audit.table.write=" + write)) {
				breakTable(cluster);
				application.inTransaction(() -> {
					application.jdbc().sql("insert into note (title) values ('spare')").update();
					application.jdbc().sql("insert into note (title) values ('spare')").update();
				});
				application.jdbc().sql("insert into note (title) values ('spare')").update();
				assertThat(count(application, "spare")).isEqualTo(3);
				assertThat(rows(application)).isEmpty();
				application.jdbc().sql("delete from note where title = 'spare'").update();
			}
		}
	}

	@Test
	void batchAndCopyWhenMadeHaveARowEach(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster)) {
			JdbcTemplate template = application.bean(JdbcTemplate.class);
			application.inTransaction(() -> {
				template.batchUpdate("update note set title = ? where id = ?",
						List.of(new Object[] { "a", 1 }, new Object[] { "b", 2 }));
				template.batchUpdate("select 1", "delete from note where id = 7");
				template.execute((Connection connection) -> copy(connection));
			});
			assertThat(rows(application)).containsExactly(
					row("batch", "update note set title = ? where id = ?", 0L, "success"),
					row("batch", "select ?; delete from note where id = ?", 0L, "success"),
					row("copy", "copy note (title) from stdin", 2L, "success"));
		}
	}

	private static long copy(Connection connection) throws SQLException {
		try {
			return connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("copy note (title) from stdin", new StringReader("x\ny\n"));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void entityWhenPersistedHasRowsAndAVetoAtCommitRollsBack(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster)) {
			persist(application, "by-jpa");
			assertThat(rows(application)).extracting((row) -> row.get("sql"))
				.containsExactly("insert into note (password,title) values (?,?)",
						"update note set password=?,title=? where id=?");
			breakTable(cluster);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> persist(application, "never"));
			assertThat(count(application, "changed never")).isZero();
			assertThat(count(application, "never")).isZero();
		}
	}

	private static void persist(HookedApplication application, String title) {
		EntityManagerFactory factory = application.bean(EntityManagerFactory.class);
		application.inTransaction(() -> {
			EntityManager entities = EntityManagerFactoryUtils.getTransactionalEntityManager(factory);
			assertThat(entities).isNotNull();
			Note note = new Note(title, "planted");
			entities.persist(note);
			entities.flush();
			note.setTitle("changed " + title);
		});
	}

	@Test
	void readOnlyTransactionWhenQueriesAreAuditedWritesNoRow(EmbeddedCluster cluster) {
		try (HookedApplication application = start(cluster, "nexs.db.audit.points=query,exec")) {
			TransactionTemplate readOnly = application.transaction();
			readOnly.setReadOnly(true);
			readOnly.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRED);
			readOnly.executeWithoutResult((status) -> assertThat(
					application.jdbc().sql("select pg_is_in_recovery()").query(Boolean.class).single())
				.isTrue());
			assertThat(rows(application))
				.allSatisfy((row) -> assertThat(row.get("sql").toString()).contains("nexs_audit"));
			assertThat(application.bean(Events.class).of(AuditRecord.class))
				.extracting((record) -> record.operation().sql())
				.contains("select pg_is_in_recovery()");
		}
	}

	@Test
	void triggerOfTheDocumentationWhenAChangeIsMadePastTheHookWritesARow(EmbeddedCluster cluster)
			throws SQLException, IOException {
		try (HookedApplication application = start(cluster);
				Connection connection = cluster.primary().connect();
				Statement statement = connection.createStatement()) {
			statement.execute("drop table if exists orders; create table orders (id int)");
			statement.execute(triggerOfTheDocumentation());
			statement.execute("insert into orders values (1), (2); update orders set id = 3; delete from orders");
			assertThat(rows(application)).containsExactly(row("trigger", "insert public.orders", 2L, "success"),
					row("trigger", "update public.orders", 2L, "success"),
					row("trigger", "delete public.orders", 2L, "success"));
			statement.execute("drop table orders; drop function audit_change");
		}
	}

	private static String triggerOfTheDocumentation() throws IOException {
		Matcher block = Pattern.compile("```sql\n(create function audit_change.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(Path.of("..", "docs", "built-in-hooks.md")));
		assertThat(block.find()).isTrue();
		return block.group(1);
	}

	private static HookedApplication start(EmbeddedCluster cluster, String... more) {
		String[] all = Stream.concat(Arrays.stream(TABLE), Arrays.stream(more)).toArray(String[]::new);
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			statement.execute("drop table if exists nexs_audit");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return HookedApplication.start(cluster, all);
	}

	/**
	 * Behind the back of the hook.
	 */
	private static void breakTable(EmbeddedCluster cluster) {
		try (Connection connection = cluster.primary().connect(); Statement statement = connection.createStatement()) {
			statement.execute("truncate nexs_audit; alter table nexs_audit add check (operation = 'none')");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<Map<String, Object>> rows(HookedApplication application) {
		return application.jdbc().sql(ROWS).query().listOfRows();
	}

	private static int count(HookedApplication application, String title) {
		return application.jdbc()
			.sql("select count(*) from note where title = ?")
			.param(title)
			.query(Integer.class)
			.single();
	}

	private static Map<String, Object> row(String operation, String sql, Long rows, String outcome) {
		return Map.of("operation", operation, "sql", sql, "row_count", rows, "outcome", outcome);
	}

}
