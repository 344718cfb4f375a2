package io.nexs.postgres.tracing;

import java.sql.Connection;

import io.nexs.postgres.routing.Prelude;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Texts by which the server is told of correlation id and trace.
 */
class PropagationTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

	private final CurrentCaller caller = new CurrentCaller(null);

	private CorrelationId.Scope scope;

	@BeforeEach
	void open() {
		this.scope = CorrelationId.open("a/b=c");
	}

	@AfterEach
	void close() {
		this.scope.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			select 1 | select 1 /*correlation_id='a%2Fb%3Dc'*/
			select 1; | select 1 /*correlation_id='a%2Fb%3Dc'*/;
			select 1 ; ; | select 1 /*correlation_id='a%2Fb%3Dc'*/ ; ;
			select 1 -- mine | select 1 -- mine
			/*+ hint */ select 1 | /*+ hint */ select 1
			; | ;
			""")
	void commentWhenAnIdIsKnownStandsBehindTheStatement(String sql, String sent) {
		assertThat(new SqlComment(this.caller).of(sql)).isEqualTo(sent);
	}

	@Test
	void commentWhenATraceIsKnownHasIt() {
		this.caller.ask(traces("0af7651916cd43dd8448eb211c80319c"), null);
		assertThat(new SqlComment(this.caller).of("select 1"))
			.isEqualTo("select 1 /*correlation_id='a%2Fb%3Dc',traceparent='" + TRACEPARENT + "'*/");
		this.scope.close();
		assertThat(new SqlComment(this.caller).of("select 1"))
			.isEqualTo("select 1 /*traceparent='" + TRACEPARENT + "'*/");
	}

	@Test
	void commentWhenNothingIsKnownIsNone() {
		this.scope.close();
		assertThat(new SqlComment(this.caller).of("select 1")).isEqualTo("select 1");
	}

	@Test
	void encodingWhenAppliedLeavesNothingThatCouldEndTheComment() {
		StringBuilder all = new StringBuilder();
		for (char c = 0; c < 0x300; c++) {
			all.append(c);
		}
		StringBuilder encoded = new StringBuilder();
		SqlComment.encode(encoded, all + "*/'\\?\ud83d\ude00");
		assertThat(encoded.toString()).matches("[A-Za-z0-9._~%-]+").endsWith("%2A%2F%27%5C%3F%F0%9F%98%80");
	}

	@Test
	void applicationNameWhenAnIdIsKnownIsSetBehindTheIsolation() {
		Prelude prelude = new ApplicationName(Prelude.ISOLATION, "or'de\\rs", this.caller);
		assertThat(prelude.text(Connection.TRANSACTION_NONE))
			.isEqualTo("SET LOCAL application_name = 'or_de_rs/a/b=c'");
		assertThat(prelude.text(Connection.TRANSACTION_SERIALIZABLE))
			.isEqualTo("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE\n;SET LOCAL application_name = 'or_de_rs/a/b=c'");
		this.scope.close();
		assertThat(prelude.text(Connection.TRANSACTION_NONE)).isNull();
	}

	@Test
	void applicationNameWhenBothAreLongKeepsTheId() {
		Prelude prelude = new ApplicationName(Prelude.ISOLATION, "o".repeat(60), this.caller);
		assertThat(prelude.text(0)).isEqualTo("SET LOCAL application_name = '" + "o".repeat(57) + "/a/b=c'");
		CorrelationId.Scope longer = CorrelationId.open("i".repeat(100));
		assertThat(prelude.text(0)).isEqualTo("SET LOCAL application_name = '" + "i".repeat(63) + "'");
		longer.close();
	}

	@Test
	void applicationNameWhenATraceHasAnOddIdIsNotSet() {
		this.scope.close();
		this.caller.ask(traces("odd'; drop table x; --"), null);
		assertThat(new ApplicationName(Prelude.ISOLATION, "orders", this.caller).text(0)).isNull();
	}

	private static TraceIds traces(String id) {
		return new TraceIds() {

			@Override
			public boolean isTracing() {
				return true;
			}

			@Override
			public @Nullable String traceId() {
				return id;
			}

			@Override
			public @Nullable String traceparent() {
				return TRACEPARENT;
			}

		};
	}

}
