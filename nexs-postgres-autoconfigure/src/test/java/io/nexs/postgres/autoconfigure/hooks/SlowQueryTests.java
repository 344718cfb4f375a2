package io.nexs.postgres.autoconfigure.hooks;

import java.io.StringReader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.slowquery.SlowQueryEvent;
import io.nexs.postgres.slowquery.SlowQueryHook;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is told of slow statements, and their plans.
 */
@UseEmbeddedCluster(replicas = 1)
class SlowQueryTests {

	private static final String ENABLED = "nexs.db.slow-query.enabled=true";

	/** Statements take less than that otherwise, also on a busy machine. */
	private static final String THRESHOLD = "nexs.db.slow-query.threshold=300ms";

	private static final String SLEEP = "pg_sleep(0.4) is not null";

	@Test
	void statementWhenSlowIsCountedLoggedAndPublished(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, ENABLED, THRESHOLD);
				LogLines lines = LogLines.of("nexs.slow")) {
			JdbcClient jdbc = application.jdbc();
			jdbc.sql("select 1 where 'planted' <> ''").query().listOfRows();
			assertThat(lines.messages()).isEmpty();
			jdbc.sql("insert into note (title) values ('planted')").update();
			jdbc.sql("select 'planted' from note where title = ? and " + SLEEP).param("planted").query().listOfRows();
			assertThat(lines.messages()).singleElement()
				.asString()
				.contains("query on node-1 took", ": select ? from note where title = ? and pg_sleep(?)");
			SlowQueryEvent event = single(application);
			assertThat(event.plan()).isNull();
			assertThat(event.operation().duration().toMillis()).isGreaterThanOrEqualTo(400);
			assertThat(event + lines.everything()).doesNotContain("planted");
			assertThat(application.bean(SlowQueryHook.class).count("node-1")).isEqualTo(1);
			assertThat(application.bean(MeterRegistry.class)
				.get("nexs.db.slow.queries")
				.tag("node", "node-1")
				.functionCounter()
				.count()).isEqualTo(1);
		}
	}

	@Test
	void planWhenAskedForHasNoData(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, ENABLED, THRESHOLD,
				"nexs.db.slow-query.explain=plan"); LogLines lines = LogLines.of("nexs.slow")) {
			JdbcClient jdbc = application.jdbc();
			jdbc.sql("insert into note (title, password) values ('planned', 'planted')").update();
			String sql = "select * from note where title = ? and password <> 'planted' || id + 424242 and " + SLEEP;
			jdbc.sql(sql).param("planned").query().listOfRows();
			SlowQueryEvent event = single(application);
			assertThat(event.plan()).contains("Seq Scan on note (cost=", "Filter: ", "title", "= ?")
				.doesNotContain("actual time");
			assertThat(event + lines.everything()).doesNotContain("planted", "planned", "424242");
			assertThat(lines.messages()).hasSize(2).last().asString().startsWith("Plan of select * from note");
			jdbc.sql(sql).param("planned").query().listOfRows();
			Awaitility.await().until(() -> application.bean(Events.class).of(SlowQueryEvent.class).size() == 2);
			assertThat(application.bean(Events.class).of(SlowQueryEvent.class).get(1).plan())
				.as("the second within the interval")
				.isNull();
			assertThatPoolsAreAsBefore(application);
		}
	}

	@Test
	void planWhenAnalyzedExecutesReadsOnly(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, ENABLED, THRESHOLD,
				"nexs.db.slow-query.explain=analyze")) {
			JdbcClient jdbc = application.jdbc();
			jdbc.sql("create table counted (n integer)").update();
			jdbc.sql("insert into counted values (0)").update();
			jdbc.sql("select n from counted where n >= ? and " + SLEEP).param(0).query().listOfRows();
			assertThat(single(application).plan()).contains("Seq Scan on counted", "actual time=", "loops=1");
			application.bean(Events.class).clear();
			jdbc.sql("update counted set n = n + ? where " + SLEEP).param(1).update();
			assertThat(single(application).plan()).contains("ModifyTable on counted").doesNotContain("actual");
			application.bean(Events.class).clear();
			jdbc.sql("with c as (update counted set n = n + 1 where " + SLEEP + " returning n) select * from c")
				.query()
				.listOfRows();
			assertThat(single(application).plan()).contains("ModifyTable").doesNotContain("actual");
			jdbc.sql("create function bump() returns int language sql as 'update counted set n = n + 1 returning 1'")
				.update();
			application.bean(Events.class).clear();
			jdbc.sql("select bump() where " + SLEEP).query().listOfRows();
			assertThat(single(application).plan()).as("a function that writes in a read-only transaction").isNull();
			assertThat(jdbc.sql("select n from counted").query(Integer.class).single()).isEqualTo(3);
			assertThatPoolsAreAsBefore(application);
		}
	}

	@Test
	void planWhenItFailsOrTakesTooLongLeavesTheTransactionAlone(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, ENABLED, THRESHOLD,
				"nexs.db.slow-query.explain=analyze", "nexs.db.slow-query.explain-timeout=100ms")) {
			JdbcClient jdbc = application.jdbc();
			application.inTransaction(() -> {
				jdbc.sql("create table in_flight (n integer)").update();
				jdbc.sql("insert into in_flight values (1)").update();
				jdbc.sql("select n from in_flight where " + SLEEP).query().listOfRows();
				assertThat(single(application).plan()).as("the table is not there for others").isNull();
				jdbc.sql("insert into in_flight values (2)").update();
			});
			assertThat(jdbc.sql("select count(*) from in_flight").query(Integer.class).single()).isEqualTo(2);
			application.bean(Events.class).clear();
			jdbc.sql("select 1 where " + SLEEP).query().listOfRows();
			assertThat(single(application).plan()).as("slower than the limit").isNull();
			assertThatPoolsAreAsBefore(application);
		}
	}

	@Test
	void planWhenParametersAreNotKnownIsTheGenericOne(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, ENABLED, THRESHOLD,
				"nexs.db.slow-query.explain=plan")) {
			application.jdbc().sql("insert into note (title) values ('x')").update();
			application.bean(JdbcTemplate.class)
				.query("select id from note where title = ? and " + SLEEP,
						(PreparedStatement statement) -> statement.setCharacterStream(1, new StringReader("x"), 1),
						(ResultSet row) -> {
						});
			assertThat(single(application).plan()).contains("Seq Scan on note", "$1");
		}
	}

	@Test
	void failureWhenSlowIsTold(EmbeddedCluster cluster) {
		try (HookedApplication application = HookedApplication.start(cluster, ENABLED, THRESHOLD,
				"nexs.db.slow-query.explain=plan")) {
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> application.jdbc()
				.sql("select 1 / (case when " + SLEEP + " then 0 else 1 end)")
				.query()
				.listOfRows());
			assertThat(single(application).operation().sqlState()).isEqualTo("22012");
		}
	}

	private static SlowQueryEvent single(HookedApplication application) {
		Events events = application.bean(Events.class);
		Awaitility.await().until(() -> !events.of(SlowQueryEvent.class).isEmpty());
		List<SlowQueryEvent> found = events.of(SlowQueryEvent.class);
		assertThat(found).hasSize(1);
		return found.get(0);
	}

	/**
	 * What was lent for EXPLAIN came back, without its settings.
	 */
	private static void assertThatPoolsAreAsBefore(HookedApplication application) {
		assertThat(application.bean(NodePools.class).all()).allSatisfy((pool) -> assertThat(pool.lent()).isZero());
		for (int i = 0; i < 10; i++) {
			JdbcClient jdbc = application.jdbc();
			assertThat(jdbc.sql("show statement_timeout").query(String.class).single()).isEqualTo("0");
			assertThat(jdbc.sql("show transaction_read_only").query(String.class).single()).isEqualTo("off");
		}
	}

}
