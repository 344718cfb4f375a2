package io.nexs.postgres.masking;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the columns of parameters.
 */
class PlaceholderNamesTests {

	@ParameterizedTest
	@CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
			insert into t (a, "B c") values (?, ?), (?, lower(?)) ~ a,B c,a,B c
			insert into s.t as x (a, b) values (default, ?) on conflict (a) do update set c = ? ~ b,c
			insert into t (a, b) select ?, x + ? from u where d = ? ~ a,b,d
			insert into t values (?, ?) ~ -,-
			insert into t (a) values (?) returning id ~ a
			select * from t where a = ? and u.b <> ? or ? < c.d ~ a,b u,d
			select * from t where a in (?, ?, ?) and b = any(?) ~ a,a,a,b
			select * from t where a not in (?) and b not like ? ~ a,b
			select * from t where a between ? and ? and b = ? ~ a,a,b
			select * from t where a is distinct from ? ~ a
			select * from t where lower(email) = ? and lower(?) = email ~ email,-
			select * from t where (a, b) = (?, ?) ~ b a,b a
			update t set a = ?, b = coalesce(?, b), password = crypt(?, gen_salt('bf')) where id = ? ~ a,b,password,id
			update t set password = prefix || ? ~ prefix password
			select * from t where data ->> 'x' = ? and data #>> ? = 'y' ~ -,-
			select * from t where id = 1 and (? = secret) ~ secret
			select * from t where f(secret, ?) = id ~ -
			select ?, ? as password from t limit ? offset ? ~ -,-,-,-
			select * from t where a = cast(? as uuid) and b = ?::jsonb and c @> ? ~ a,b,c
			select * from t where a = 1; delete from u where b = ? ~ b
			""")
	void nameOfParameterIsItsColumn(String sql, String names) {
		NormalizedSql normalized = SqlTexts.normalize(sql);
		String found = IntStream.rangeClosed(1, SqlTexts.parameters(sql))
			.mapToObj((index) -> (normalized.nameOf(index) != null) ? normalized.nameOf(index) : "-")
			.collect(Collectors.joining(","));
		assertThat(found).isEqualTo(names);
		assertThat(List.of(normalized.nameOf(0) == null, normalized.nameOf(99) == null)).containsOnly(true);
	}

}
