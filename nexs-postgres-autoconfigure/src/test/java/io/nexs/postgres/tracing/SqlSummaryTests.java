package io.nexs.postgres.tracing;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Summaries have key words and names, and no value.
 */
class SqlSummaryTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					select 1 | select
					SELECT * FROM orders.item WHERE a = 'x' | SELECT orders.item
					select * from a join b on a.id = b.id left join c using (id) | select a b c
					select * from (select x from inner_one) t, b | select select inner_one
					select * from "Order Line" where x = "col" | select Order Line
					insert into item (id) values (?) on conflict (id) do update set id = 2 | insert item
					insert into target select * from source | insert target select source
					update only item set a = 1 where b = (select max(c) from other) | update item select other
					delete from item using other where a = 1 | delete item
					select * from item for update | select item
					select * from item for no key update of item | select item
					merge into t using s on t.a = s.a when matched then update set b = 1 when not matched then insert values (1) | merge t
					with x as (select * from a) delete from b where c in (table x) | with select a delete b table x
					truncate table item | truncate table item
					truncate item | truncate item
					create table if not exists item (a text default 'x') | create table item
					alter table only item add b int | alter table item
					{call proc(?, 'x')} | call proc
					{?= call schema1.proc(?)} | call schema1.proc
					do $$ begin select 'x' from secret; end $$ | do
					do $tag$ delete from $$ secret $$ $tag$ | do
					select extract(year from ts), trim(both 'x' from y), a is distinct from b from item | select item
					select E'\\' from secret' from item | select item
					select $1, $2 from item where a = $3 | select item
					select 'it''s from secret' from item | select item
					-- from secret | ``
					/* select /* from */ secret */ select a from item -- from secret | select item
					select 1; delete from b | select delete b
					copy item (a) from stdin | copy item
					values ('from secret') | values
					select 1 from 'secret' secret | select
					select * from 1 secret | select
					explain analyze select * from item | explain select item
					secret from secret | ``
					'secret' | ``
					select 'unclosed from secret | select
					select "unclosed from secret | select
					select /* unclosed from secret | select
					select $x$ unclosed from secret | select
					""")
	void summaryWhenTakenHasOperationsAndTables(String sql, String summary) {
		assertThat(new SqlSummary(sql).text()).isEqualTo(summary.isEmpty() ? null : summary);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", " ", "(", ")))", "$", "$1", "'", "E'", "\"", "/", "-", "--", "/*", "e", "select '", "1" })
	void summaryWhenTheTextIsOddEnds(String sql) {
		assertThat(new Summaries().of(sql)).satisfiesAnyOf((text) -> assertThat(text).isNull(),
				(text) -> assertThat(text).isEqualTo("select"));
	}

	@Test
	void summaryWhenAStringHasADoubledQuoteAndABackslashHasNothingOfIt() {
		assertThat(new SqlSummary("select * from item where name = E'it''s \\' from hunter2 \\''").text())
			.isEqualTo("select item");
	}

	@Test
	void summaryWhenANameDoesNotEndHasNothingOfWhatFollows() {
		assertThat(new SqlSummary("select * from \"item where name = 'hunter2'").text()).isEqualTo("select");
	}

	@Test
	void summaryWhenANameIsLongIsCutAllTheSame() {
		assertThat(new SqlSummary("select * from \"" + "a b ".repeat(500) + '"').text()).isEqualTo("select");
	}

	@Test
	void summaryWhenLongEndsWithAWholeName() {
		String sql = "select 1 from a" + " join a_table_with_a_name on true".repeat(20);
		assertThat(new SqlSummary(sql).text()).hasSizeLessThanOrEqualTo(255)
			.hasSizeGreaterThan(230)
			.endsWith(" a_table_with_a_name");
		assertThat(new SqlSummary("select * from " + "x".repeat(300)).text()).isEqualTo("select");
		assertThat(new SqlSummary("(".repeat(200) + "select 1 from a").text()).isEqualTo("select a");
	}

	@Test
	void summariesWhenThereAreManyAreNotAllRemembered() {
		Summaries summaries = new Summaries();
		for (int i = 0; i < 1500; i++) {
			assertThat(summaries.of("select 'value " + i + "' from item")).isEqualTo("select item");
		}
		assertThat(summaries.remembered()).isEqualTo(1000);
		assertThat(summaries.of("select '" + "x".repeat(5000) + "' from item")).isEqualTo("select");
	}

}
