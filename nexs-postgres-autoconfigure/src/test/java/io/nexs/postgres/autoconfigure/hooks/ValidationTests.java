package io.nexs.postgres.autoconfigure.hooks;

import java.util.stream.IntStream;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.hook.HookVetoException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Which statements are refused or warned of, on the way to a real server.
 */
@UseEmbeddedCluster(replicas = 1)
class ValidationTests {

	private static HookedApplication application;

	private static JdbcTemplate jdbc;

	private static LogLines lines;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		application = HookedApplication.start(cluster, "nexs.db.validation.enabled=true",
				"nexs.db.validation.repeats=3");
		jdbc = application.bean(JdbcTemplate.class);
		lines = LogLines.of("nexs.validation");
		jdbc.execute("create table t (id integer primary key, a integer, b text, j jsonb, tags text[])");
		jdbc.execute("create table s (id integer, a integer)");
	}

	@AfterAll
	static void stop() {
		lines.close();
		application.close();
	}

	@BeforeEach
	void clear() {
		lines.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "delete from t", "DELETE FROM t;", "delete from only t", "update only t set a = 1",
			"/* where */ delete from t -- where", "delete from t returning 'where'", "delete from t using s",
			"update t set a = 1", "update t as x set b = 'where'", "update t set a = s.a from s",
			"update t set (a, b) = (1, 'x')", "with d as (delete from t returning *) select * from d where id = 1",
			"with u as (update t set a = 1 where id = 1 returning *), d as (delete from s returning *) select 1",
			"with x as (select 1) delete from t", "with x as (select 1) update t set a = 1",
			"explain analyze delete from t", "explain (analyze, buffers) update t set a = 1",
			"explain analyze verbose delete from t", "prepare p1 as delete from t",
			"prepare p2 (int) as update t set a = $1", "copy (delete from t returning id) to '/tmp/never'" })
	void changeWithoutWhereIsRefused(String sql) {
		refused(sql, "is UPDATE or DELETE without WHERE");
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 1; select 2", "delete from t where id = 1; select 'x'", "select 1;;; select 2;" })
	void severalStatementsAreRefused(String sql) {
		refused(sql, "has several statements in one text");
	}

	private static void refused(String sql, String finding) {
		assertThatExceptionOfType(HookVetoException.class).as(sql)
			.isThrownBy(() -> jdbc.execute(sql))
			.withMessageContaining("Hook 'validation' refused")
			.withMessageContaining(finding)
			.withMessageNotContaining("'x'")
			.withMessageNotContaining("'where'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 1;", "select ';' -- ;", "delete from t where id = 1",
			"insert into t (id, b) values (1, 'x') on conflict (id) do update set b = excluded.b returning id",
			"update t set a = s.a from s where s.id = t.id", "delete from only t where id = 1",
			"delete from t using s where s.id = t.id",
			"with d as (delete from t where id = 1 returning *) select * from d",
			"with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select * from r",
			"merge into t using s on t.id = s.id when matched then delete when not matched then insert (id) values (s.id)",
			"explain delete from t", "explain select 1", "explain (analyze) select 1",
			"select a::text, j ?| array['a'], j @? '$.x', j -> 'a' ->> 'b' from t where j @> '{}'::jsonb",
			"select jsonb_path_query(j, '$.b[*] ? (@ > 1)') from t", "select * from t where tags && array['x']",
			"select * from t, lateral (select * from s where s.id = t.id) z",
			"select e'a\\'b;', $$;$$, U&'\\0041' from t for update", "values (1), (2)", "table t",
			"set local statement_timeout = 0", "show server_version", "select nextval('s1')", "copy t to stdout",
			"notify x", "lock table t in access share mode", "create temp table tt (a integer)",
			"select t1_0.id from t t1_0 where t1_0.b like 'x' escape '' order by t1_0.id fetch first 3 rows only",
			"update t set a = default where id = 1 returning old.a, new.a",
			"delete from t where id in (select id from t order by id limit 1 for update skip locked)",
			"update t set j = jsonb_set(coalesce(j, '{}'), '{a}', '1'::jsonb) where id = 1" })
	void statementWhenNothingIsWrongPassesInSilence(String sql) {
		application.transaction().executeWithoutResult((status) -> {
			status.setRollbackOnly();
			assertThat(catchAny(sql) instanceof HookVetoException).isFalse();
		});
		assertThat(lines.messages()).isEmpty();
	}

	/**
	 * What the server says of it does not matter.
	 */
	private static Throwable catchAny(String sql) {
		return catchThrowable(() -> jdbc.execute(sql));
	}

	@ParameterizedTest
	@ValueSource(strings = { "create table never (a integer)", "drop table if exists never cascade",
			"alter table t add column if not exists a integer", "truncate s", "comment on table t is 'x'",
			"create index concurrently if not exists i on t using gin (j jsonb_path_ops)",
			"create or replace function f() returns integer language sql as $$ select 1; select 2 $$",
			"create function g() returns int begin atomic select 1; select case when true then 2 end; end",
			"grant select on t to public", "alter table t enable row level security", "select * into copied from t",
			"create table as_table as select 1 as a" })
	void definitionWhenChangedIsWarnedOfOnce(String sql) {
		application.transaction().executeWithoutResult((status) -> {
			status.setRollbackOnly();
			catchAny(sql);
		});
		assertThat(lines.messages()).singleElement()
			.asString()
			.startsWith("A statement changes definitions at run time");
		assertThat(lines.everything()).doesNotContain("'x'");
		application.transaction().executeWithoutResult((status) -> {
			status.setRollbackOnly();
			catchAny(sql);
		});
		assertThat(lines.messages()).hasSize(1);
	}

	@Test
	void blockWhenItCannotBeJudgedIsWarnedOf() {
		jdbc.execute("do $$ begin delete from s; end $$");
		assertThat(lines.messages()).singleElement()
			.isEqualTo("A statement cannot be judged, since it cannot be parsed: do ?");
	}

	@Test
	void batchOfTextsWhenALaterOneIsWrongIsRefusedAsAWhole() {
		jdbc.update("insert into t (id, a) values (100, 1) on conflict do nothing");
		assertThatExceptionOfType(HookVetoException.class)
			.isThrownBy(() -> jdbc.batchUpdate("update t set a = 2 where id = 100", "delete from t"));
		assertThat(jdbc.queryForObject("select a from t where id = 100", Integer.class)).isEqualTo(1);
	}

	@Test
	void queryWhenRepeatedInATransactionIsWarnedOfOnce() {
		application.inTransaction(
				() -> IntStream.range(0, 6).forEach((i) -> jdbc.queryForList("select * from t where id = " + i)));
		assertThat(lines.messages()).singleElement()
			.isEqualTo(
					"A query was made more than 3 times in one transaction or request: select * from t where id = ?");
		lines.clear();
		IntStream.range(0, 6).forEach((i) -> jdbc.queryForList("select * from t where id = " + i));
		application.inTransaction(
				() -> IntStream.range(0, 3).forEach((i) -> jdbc.queryForList("select * from t where id = " + i)));
		assertThat(lines.messages()).isEmpty();
	}

	@Test
	void queryWhenRepeatedInARequestIsWarnedOfOnce() {
		Caller.CURRENT.set(new HookCaller(null, "request-1"));
		IntStream.range(0, 6).forEach((i) -> jdbc.queryForList("select * from s where id = " + i));
		Caller.CURRENT.remove();
		assertThat(lines.messages()).hasSize(1);
	}

	@Test
	void unparsableWhenRefusedAndLiteralsWhenWarnedOfAreTold(EmbeddedCluster cluster) {
		try (HookedApplication strict = HookedApplication.start(cluster, "nexs.db.validation.enabled=true",
				"nexs.db.validation.unparsable=refuse", "nexs.db.validation.literal-in-where=warn",
				"nexs.db.validation.ddl=refuse", "nexs.db.validation.without-where=off")) {
			JdbcTemplate template = strict.bean(JdbcTemplate.class);
			assertThatExceptionOfType(HookVetoException.class).isThrownBy(() -> template.execute("do $$ begin end $$"));
			assertThatExceptionOfType(HookVetoException.class).isThrownBy(() -> template.execute("drop table t"));
			assertThatCode(() -> template.execute("delete from s")).doesNotThrowAnyException();
			template.queryForList("select 'x', 1 from t where id = ? and b like ? escape '\\' limit 5", 1, "x");
			assertThat(lines.messages()).isEmpty();
			template.queryForList("select 1 from t where b = 'planted' or id = 4711");
			assertThat(lines.messages()).singleElement()
				.isEqualTo("A statement has a literal in WHERE: select ? from t where b = ? or id = ?");
		}
	}

}
