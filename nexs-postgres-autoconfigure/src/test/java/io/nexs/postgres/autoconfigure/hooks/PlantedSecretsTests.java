package io.nexs.postgres.autoconfigure.hooks;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.audit.AuditRecord;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.slowquery.SlowQueryEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * With every built-in hook switched on and nothing else set, data of users is in no log,
 * no event, no meter and no row.
 */
@UseEmbeddedCluster(replicas = 1)
@ExtendWith(OutputCaptureExtension.class)
class PlantedSecretsTests {

	private static final String PLANTED = "Pl4nted";

	@Test
	void secretsWhenAllHooksAreOnAreToldNowhere(EmbeddedCluster cluster, CapturedOutput output) {
		try (HookedApplication application = HookedApplication.start(cluster, "nexs.db.logging.enabled=true",
				"nexs.db.slow-query.enabled=true", "nexs.db.slow-query.threshold=0s",
				"nexs.db.slow-query.explain=analyze", "nexs.db.audit.enabled=true",
				"nexs.db.audit.sinks=log,event,table", "nexs.db.audit.table.create=true",
				"nexs.db.validation.enabled=true", "nexs.db.validation.literal-in-where=warn",
				"nexs.db.validation.repeats=1", "nexs.db.hooks.slow=1ms"); LogLines lines = LogLines.of("ROOT")) {
			Caller.CURRENT.set(new HookCaller(PLANTED + "-tenant", "request-1"));
			work(application);
			Caller.CURRENT.remove();
			Awaitility.await()
				.until(() -> application.bean(Events.class)
					.of(SlowQueryEvent.class)
					.stream()
					.anyMatch((event) -> event.plan() != null && event.plan().contains("Filter")));
			assertThat(lines.everything()).contains("23505", "db.plan", "db.rule").doesNotContain(PLANTED);
			assertThat(output.getAll()).contains("insert into note").doesNotContain(PLANTED);
			assertThat(events(application)).contains("SlowQueryEvent", "AuditRecord").doesNotContain(PLANTED);
			assertThat(meters(application)).contains("nexs.db.slow.queries").doesNotContain(PLANTED);
			assertThat(application.jdbc()
				.sql("select coalesce(sql, '') || coalesce(parameters, '') || coalesce(actor, '') from nexs_audit")
				.query(String.class)
				.list()).isNotEmpty().noneMatch((row) -> row.contains(PLANTED));
		}
	}

	private static void work(HookedApplication application) {
		JdbcClient jdbc = application.jdbc();
		JdbcTemplate template = application.bean(JdbcTemplate.class);
		jdbc.sql("create table planted (a text primary key)").update();
		application.inTransaction(() -> {
			jdbc.sql("insert into note (title, password) values ('Pl4nted', ?)").param(PLANTED).update();
			jdbc.sql("select * from note where title = 'Pl4nted' and password = ?").param(PLANTED).query().listOfRows();
			jdbc.sql("select * from note where title = e'Pl4nted' and password = ?")
				.param(PLANTED)
				.query()
				.listOfRows();
			jdbc.sql("select * from note where title = $$Pl4nted$$ and id > 1").query().listOfRows();
			template.batchUpdate("update note set title = ? where password = 'Pl4nted'",
					List.of(new Object[] { PLANTED }, new Object[] { PLANTED }));
			template.batchUpdate("select 'Pl4nted'", "delete from note where title = 'Pl4nted2'");
			template.execute((Connection connection) -> copy(connection));
		});
		jdbc.sql("insert into planted values ('Pl4nted')").update();
		assertThat(catchThrowable(() -> jdbc.sql("insert into planted values (?)").param(PLANTED).update()))
			.as("the server repeats the value")
			.hasMessageContaining(PLANTED);
		assertThat(catchThrowable(() -> jdbc.sql("select 'Pl4nted'::integer").query().listOfRows()))
			.hasMessageContaining(PLANTED);
		assertThat(catchThrowable(() -> jdbc.sql("select 'Pl4nted").query().listOfRows())).isNotNull();
		assertThat(catchThrowable(() -> jdbc.sql("delete from note -- Pl4nted").update()))
			.hasMessageContaining("Hook 'validation' refused");
		assertThat(catchThrowable(() -> jdbc.sql("select 'Pl4nted'; select 2").query().listOfRows()).getCause())
			.hasMessageNotContaining(PLANTED);
		template.execute("do $$ begin perform 'Pl4nted'; end $$");
	}

	private static long copy(Connection connection) throws SQLException {
		try {
			return connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("copy note (title) from stdin (delimiter '|', null 'Pl4nted')", new StringReader("Pl4nted\n"));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String events(HookedApplication application) {
		List<Object> all = application.bean(Events.class).all();
		assertThat(all).hasAtLeastOneElementOfType(AuditRecord.class);
		return all.toString();
	}

	private static String meters(HookedApplication application) {
		return application.bean(MeterRegistry.class)
			.getMeters()
			.stream()
			.map((meter) -> meter.getId().toString() + meter.measure())
			.collect(Collectors.joining("\n"));
	}

}
