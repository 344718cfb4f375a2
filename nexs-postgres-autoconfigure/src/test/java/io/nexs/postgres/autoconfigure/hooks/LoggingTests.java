package io.nexs.postgres.autoconfigure.hooks;

import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.HookCaller;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is logged of operations.
 */
@UseEmbeddedCluster(replicas = 1)
class LoggingTests {

	@Test
	void operationsWhenLoggedAreToldAsALineAndKeyValues(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, "nexs.db.logging.enabled=true");
				LogLines lines = LogLines.of("nexs.sql")) {
			Caller.CURRENT.set(new HookCaller("planted-tenant", "request-1"));
			application.inTransaction(() -> application.jdbc()
				.sql("insert into note (title, password) values ('lit', ?), ('lit', ?)")
				.params("planted-1", "planted-2")
				.update());
			Caller.CURRENT.remove();
			assertThat(lines.messages()).hasSize(2);
			assertThat(lines.messages().get(0)).matches("exec on node-1 took [0-9.]+ ms, 2 rows: "
					+ "insert into note \\(title, password\\) values \\(\\?, \\?\\), \\(\\?, \\?\\)");
			assertThat(lines.messages().get(1)).matches("commit on node-1 took [0-9.]+ ms");
			ILoggingEvent insert = lines.events().get(0);
			assertThat(insert.getLevel()).isEqualTo(Level.INFO);
			Map<String, Object> values = LogLines.values(insert);
			assertThat(values).containsEntry("db.operation", "exec")
				.containsEntry("db.node", "node-1")
				.containsEntry("db.role", "primary")
				.containsEntry("db.reason", "write-transaction")
				.containsEntry("db.rows", 2L)
				.containsEntry("db.correlation_id", "request-1")
				.containsOnlyKeys("db.operation", "db.node", "db.role", "db.reason", "db.rows", "db.correlation_id",
						"db.duration_ms", "db.sql");
			assertThat((double) values.get("db.duration_ms")).isPositive();
			assertThat(lines.everything()).doesNotContain("planted", "lit");
		}
	}

	@Test
	void failureWhenLoggedHasItsStateAndNotItsMessage(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, "nexs.db.logging.enabled=true",
				"nexs.db.logging.error-level=warn", "nexs.db.logging.sampling=0");
				LogLines lines = LogLines.of("nexs.sql")) {
			application.jdbc().sql("create table only_one (a text primary key)").update();
			application.jdbc().sql("insert into only_one values ('planted')").update();
			assertThatExceptionOfType(DuplicateKeyException.class)
				.isThrownBy(() -> application.jdbc().sql("insert into only_one values (?)").param("planted").update())
				.withMessageContaining("planted");
			assertThat(lines.messages()).singleElement().asString().contains("PSQLException 23505");
			ILoggingEvent failure = lines.events().get(0);
			assertThat(failure.getLevel()).isEqualTo(Level.WARN);
			assertThat(LogLines.values(failure)).containsEntry("db.sqlstate", "23505")
				.containsEntry("db.error", "PSQLException");
			assertThat(lines.everything()).doesNotContain("planted");
		}
	}

	@Test
	void parametersWhenSwitchedOnAreMasked(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, "nexs.db.logging.enabled=true",
				"nexs.db.logging.parameters=true", "nexs.db.logging.points=exec,batch", "nexs.db.logging.level=debug",
				"logging.level.nexs.sql=debug", "nexs.db.masking.add-names=nickname");
				LogLines lines = LogLines.of("nexs.sql")) {
			application.jdbc()
				.sql("update note set title = ?, password = ? where title = lower(?) and id + ? > 0")
				.params("card 4111 1111 1111 1111", "planted", "bob@example.org", 7)
				.update();
			assertThat(lines.messages()).singleElement()
				.asString()
				.endsWith("[title=card ***, password=***, title=***, id=7]");
			assertThat(lines.at(Level.DEBUG)).hasSize(1);
			lines.clear();
			application.bean(JdbcTemplate.class)
				.batchUpdate("insert into note (title, password) values (?, ?)",
						List.of(new Object[] { "first", "planted" }, new Object[] { "second", "planted" }));
			assertThat(lines.messages()).singleElement()
				.asString()
				.contains("batch on node-1", "[title=first, password=***]");
		}
	}

	@Test
	void operationsWhenRefusedAreToldAsErrors(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, "nexs.db.logging.enabled=true",
				"nexs.db.validation.enabled=true"); LogLines lines = LogLines.of("nexs.sql")) {
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> application.jdbc().sql("delete from note").update());
			assertThat(lines.at(Level.ERROR)).singleElement()
				.satisfies((event) -> assertThat(event.getFormattedMessage()).contains("HookVetoException",
						"delete from note"));
			assertThat(lines.events()).hasSize(1);
		}
	}

	@Test
	void batchOfTextsWhenLoggedIsToldByAllThatDiffer(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, "nexs.db.logging.enabled=true",
				"nexs.db.logging.points=batch"); LogLines lines = LogLines.of("nexs.sql")) {
			application.bean(JdbcTemplate.class)
				.batchUpdate("update note set title = 'a' where id = 1", "update note set title = 'b' where id = 2",
						"delete from note where id = 3");
			assertThat(lines.messages()).singleElement()
				.asString()
				.endsWith(": update note set title = ? where id = ?; delete from note where id = ?");
		}
	}

}
