package io.nexs.postgres.masking;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for texts without literals.
 */
class SqlTextsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
			select 'a' ~ select ?
			select 'it''s' , 1 ~ select ? , ?
			select e'a\\'b' as x ~ select ? as x
			select E'\\\\', 's' ~ select ?, ?
			select U&'d\\0061t' uescape '!' ~ select ? uescape ?
			select U&"d\\0061t" from t ~ select U&"d\\0061t" from t
			select b'101', X'1F', n'x' ~ select ?, ?, ?
			select $$it's$$, $a$ $$ $a$ ~ select ?, ?
			select a$b$c from t ~ select a$b$c from t
			select $1, $2::text ~ select $1, $2::text
			select 1, 1.5, .5, 1e-10, 0xFF, 1_000, 1.e5 ~ select ?, ?, ?, ?, ?, ?, ?
			select -5, a-5 from t1 ~ select -?, a-? from t1
			select 1 -- one 'secret ~ select ?
			select /* a /* 'nested */ ' */ 1 ~ select ?
			select /*+ hint */ 1 ~ select ?
			select "a""b 'c" from "T 1" ~ select "a""b 'c" from "T 1"
			select '1'::int, date'2020-01-01' ~ select ?::int, date?
			where a in (1, 2, ?) and b in (?) ~ where a in(?, ...) and b in (?)
			where a ??| array['x'] ~ where a ??| array[?]
			where a like ? escape '\\' order by b ~ where a like ? escape ? order by b
			do $$ begin delete from t; end $$ ~ do ?
			select true, null ~ select true, null
			select 1and 2 ~ select ? ?
			""")
	void normalizeWhenTextHasLiteralsHasNoneOfThem(String sql, String normalized) {
		assertThat(SqlTexts.normalize(sql)).hasToString(normalized);
	}

	@ParameterizedTest
	@ValueSource(strings = { "select 'S3CR3T", "select E'a\\' S3CR3T", "select $x$ S3CR3T $$ $y$", "select \"S3CR3T",
			"select 1 /* S3CR3T", "select 1 /* /* */ S3CR3T", "select 'a\\' or 'S3CR3T' = '", "select $$ S3CR3T",
			"select 'a'\n'S3CR3T'", "select e'a'\n 'b\\'S3CR3T'", "select e'a' -- c\n 'b\\'S3CR3T'",
			"select u&'S3CR3T' uescape '!'", "select 12S3CR3T", "values ('a', E'\\\\', 'S3CR3T')" })
	void normalizeWhenTextIsOddTellsNoLiteral(String sql) {
		assertThat(SqlTexts.normalize(sql).text()).isNotEmpty().doesNotContain("S3CR3T");
	}

	@Test
	void normalizeWhenTextHasLineBreaksMakesSpaceSingle() {
		assertThat(SqlTexts.normalize("\n select  a,\r\n\tb -- c\n from t ")).hasToString("select a, b from t");
	}

	@Test
	void normalizeWhenStringGoesOnInTheNextLineIsOneLiteral() {
		assertThat(SqlTexts.normalize("select 'a'  \n  'b'")).hasToString("select ?");
		assertThat(SqlTexts.normalize("select 'a' 'b'")).hasToString("select ? ?");
	}

	@Test
	void normalizeWhenTextIsLongIsCut() {
		assertThat(SqlTexts.normalize("select " + "a, ".repeat(5000)).text()).hasSizeLessThan(4010).endsWith("...");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '~', textBlock = """
			select 1 ~ false
			select * from t for update ~ false
			select * from t for no key update ~ false
			select * into u from t ~ true
			insert into t values (1) returning id ~ true
			with d as (delete from t returning *) select * from d ~ true
			with d as (select 1) update t set a = 1 ~ true
			with d as materialized (select 1) select 'insert' from d ~ false
			explain delete from t ~ false
			explain (analyze) delete from t ~ true
			explain analyze select 1 ~ false
			copy t from stdin ~ true
			copy t to stdout ~ false
			copy (select a from t) to stdout ~ false
			copy (delete from t returning a) to stdout ~ true
			select 1; drop table t ~ true
			set search_path to x ~ false
			do 'x' ~ true
			call p() ~ true
			vacuum t ~ true
			-- nothing ~ false
			""")
	void isWriteIsToldByWords(String sql, boolean write) {
		assertThat(SqlTexts.normalize(sql).isWrite()).isEqualTo(write);
	}

	@Test
	void statementsWhenTextHasSeveralAreThemWithNeutralLiterals() {
		assertThat(SqlTexts.statements(" select ';' ; ; update t set a = $$;$$ where b = 7; -- ;"))
			.containsExactly("select 'x'", "update t set a = 'x' where b = 1");
		assertThat(SqlTexts.statements("select a ??| ? from t;")).containsExactly("select a ?| ? from t");
	}

	@Test
	void statementsWhenSemicolonEndsNothingIsOne() {
		assertThat(SqlTexts.statements("create function f() returns int begin atomic select case when true then 1"
				+ " end; select 2; end; select 3"))
			.hasSize(2);
		assertThat(SqlTexts.statements("create rule r as on insert to t do (delete from a; delete from b)")).hasSize(1);
	}

	@Test
	void numberedWritesParametersAsTheServerDoes() {
		assertThat(SqlTexts.numbered("select '?', a ??| ?, \"?\", /* ? */ $$?$$ where b = ?"))
			.isEqualTo("select '?', a ?| $1, \"?\", /* ? */ $$?$$ where b = $2");
	}

	@Test
	void parametersAreThoseOutsideOfLiterals() {
		assertThat(SqlTexts.parameters("select '?', a ??| ?, \"?\", /* ? */ $$?$$ where b = ?")).isEqualTo(2);
	}

	@Test
	void ofWhenAskedAgainIsRemembered() {
		SqlTexts texts = new SqlTexts();
		NormalizedSql first = texts.of("select 1");
		assertThat(texts.of("select " + List.of(1).get(0))).isSameAs(first);
		String tooLong = "select '" + "x".repeat(10_000) + "'";
		assertThat(texts.of(tooLong)).isNotSameAs(texts.of(tooLong));
	}

}
