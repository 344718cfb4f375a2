package io.nexs.postgres.sqlstate;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link SqlStateClassifier}.
 */
class SqlStateClassifierTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			08000, CONNECTION_LOST
			08001, CONNECTION_LOST
			08003, CONNECTION_LOST
			08004, CONNECTION_LOST
			08006, CONNECTION_LOST
			08007, CONNECTION_LOST
			08P01, CONNECTION_LOST
			08S01, CONNECTION_LOST
			25P03, CONNECTION_LOST
			25P04, CONNECTION_LOST
			57P01, CONNECTION_LOST
			57P02, CONNECTION_LOST
			57P03, CONNECTION_LOST
			57P04, CONNECTION_LOST
			57P05, CONNECTION_LOST
			25006, WRONG_NODE
			40000, ROLLED_BACK
			40001, ROLLED_BACK
			40002, ROLLED_BACK
			40P01, ROLLED_BACK
			40003, OTHER
			55P03, LOCK_NOT_AVAILABLE
			23000, CONSTRAINT
			23502, CONSTRAINT
			23503, CONSTRAINT
			23505, CONSTRAINT
			23514, CONSTRAINT
			23P01, CONSTRAINT
			53000, RESOURCES
			53100, RESOURCES
			53200, RESOURCES
			53300, RESOURCES
			53400, RESOURCES
			58000, RESOURCES
			58030, RESOURCES
			57014, CANCELED
			57000, OTHER
			28000, CREDENTIALS
			28P01, CREDENTIALS
			3D000, CREDENTIALS
			25000, OTHER
			25001, OTHER
			25P02, OTHER
			42501, OTHER
			42P01, OTHER
			55000, OTHER
			60000, OTHER
			99999, OTHER
			XX000, OTHER
			00000, OTHER
			01000, OTHER
			""")
	void classifyWhenStateIsKnownGivesItsKind(String sqlState, FailureKind kind) {
		assertThat(SqlStateClassifier.classify(sqlState)).isEqualTo(kind);
		assertThat(SqlStateClassifier.classify(new SQLException("any text", sqlState))).isEqualTo(kind);
		assertThat(SqlStateClassifier.isConnectionLost(new SQLException("any text", sqlState)))
			.isEqualTo(kind == FailureKind.CONNECTION_LOST);
		assertThat(SqlStateClassifier.endsSession(sqlState)).isEqualTo(kind == FailureKind.CONNECTION_LOST);
		assertThat(SqlStateClassifier.isRolledBack(sqlState)).isEqualTo(kind == FailureKind.ROLLED_BACK);
		assertThat(SqlStateClassifier.isConstraintViolation(new SQLException("any text", sqlState)))
			.isEqualTo(kind == FailureKind.CONSTRAINT);
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "0", "08", "0800", "080000", "connection refused" })
	void classifyWhenThereIsNoStateIsOther(String sqlState) {
		assertThat(SqlStateClassifier.classify(sqlState)).isEqualTo(FailureKind.OTHER);
		assertThat(SqlStateClassifier.isRetryable(sqlState)).isFalse();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			40001, true
			40P01, true
			55P03, true
			40000, false
			40002, false
			40003, false
			08006, false
			08007, false
			57P01, false
			25006, false
			57014, false
			""")
	void isRetryableWhenTransactionIsNotCommittedAndMaySucceed(String sqlState, boolean retryable) {
		assertThat(SqlStateClassifier.isRetryable(sqlState)).isEqualTo(retryable);
		assertThat(SqlStateClassifier.isRetryable(new IllegalStateException(new SQLException("any", sqlState))))
			.isEqualTo(retryable);
	}

	@ParameterizedTest
	@EnumSource(PSQLState.class)
	void sqlStateClassWhenTheDriverUsesItIsKnown(PSQLState state) {
		if (!state.getState().isEmpty()) {
			assertThat(SqlStateClassifier.sqlStateClass(state.getState())).isEqualTo(state.getState().substring(0, 2));
		}
		assertThatNoException().isThrownBy(() -> SqlStateClassifier.classify(state.getState()));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "null", textBlock = """
			null, none
			'', none
			08006, 08
			P0001, P0
			ZZ123, other
			0, other
			""")
	void sqlStateClassIsBounded(String sqlState, String sqlStateClass) {
		assertThat(SqlStateClassifier.sqlStateClass(sqlState)).isEqualTo(sqlStateClass);
	}

	@Test
	void classifyWhenFailureIsNullIsOther() {
		assertThat(SqlStateClassifier.classify((Throwable) null)).isEqualTo(FailureKind.OTHER);
	}

	@Test
	void classifyWhenStateIsInACauseFindsIt() {
		Exception failure = new IllegalStateException(
				new RuntimeException(new SQLTransientConnectionException("timed out", new SQLException("x", "57P03"))));
		assertThat(SqlStateClassifier.classify(failure)).isEqualTo(FailureKind.CONNECTION_LOST);
	}

	@Test
	void classifyWhenStateIsInTheNextExceptionFindsItBeforeTheCause() {
		BatchUpdateException batch = new BatchUpdateException("batch", null, 0, new int[0],
				new SQLException("cause", "08006"));
		batch.setNextException(new SQLException("no state"));
		batch.setNextException(new SQLException("row 2", "23505"));
		assertThat(SqlStateClassifier.classify(batch)).isEqualTo(FailureKind.CONSTRAINT);
	}

	@Test
	void classifyWhenAnExceptionHasItsOwnStateUsesThatFirst() {
		SQLException failure = new SQLException("outer", "40001", new SQLException("cause", "08006"));
		failure.setNextException(new SQLException("next", "23505"));
		assertThat(SqlStateClassifier.sqlState(failure)).isEqualTo("40001");
	}

	@Test
	@Timeout(value = 5, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void classifyWhenChainHasACycleEnds() {
		SQLException first = new SQLException("first");
		SQLException second = new SQLException("second");
		first.initCause(second);
		second.initCause(first);
		second.setNextException(first);
		assertThat(SqlStateClassifier.classify(first)).isEqualTo(FailureKind.OTHER);
	}

	@Test
	void classifyWhenTheTextSaysOtherwiseFollowsTheState() {
		assertThat(SqlStateClassifier.classify(new SQLException("deadlock detected, connection closed", "42601")))
			.isEqualTo(FailureKind.OTHER);
	}

}
