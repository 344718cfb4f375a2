package io.nexs.postgres.pool;

import io.nexs.postgres.cluster.ConnectionLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NodeBudget} and {@link ConnectionLimits}.
 */
class NodeBudgetTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			100 | 3 | -1 | -1 | 97 | max_connections 100 less 3 reserved
			100 | 0 | -1 | -1 | 100 | max_connections 100
			100 | 3 | 20 | -1 | 20 | CONNECTION LIMIT 20 of the role
			100 | 3 | 20 | 15 | 15 | CONNECTION LIMIT 15 of the database
			100 | 3 | 0 | 15 | 0 | CONNECTION LIMIT 0 of the role
			100 | 3 | 200 | 200 | 97 | max_connections 100 less 3 reserved
			""")
	void availableIsTheLowestLimit(int max, int reserved, int role, int database, int available, String text) {
		ConnectionLimits limits = new ConnectionLimits(max, reserved, role, database);
		assertThat(limits.available()).isEqualTo(available);
		assertThat(limits.describe()).isEqualTo(text);
	}

	@ParameterizedTest
	@CsvSource({ "10, 2, 8, 96, false, 10", "10, 2, 9, 108, true, 8", "95, 2, 1, 97, false, 95",
			"96, 2, 1, 98, true, 95", "2147483647, 2, 3, 6442450947, true, 30", "10, 2, 100, 1200, true, 1" })
	void neededIsWhatAllInstancesMayOpen(int pool, int own, int instances, long needed, boolean exceeded, int largest) {
		NodeBudget budget = new NodeBudget("n", pool, own, instances, new ConnectionLimits(100, 3, -1, -1));
		assertThat(budget.needed()).isEqualTo(needed);
		assertThat(budget.isExceeded()).isEqualTo(exceeded);
		assertThat(budget.largestPool()).isEqualTo(largest);
	}

	@Test
	void budgetOfAServerThatIsNotKnownIsNotExceeded() {
		NodeBudget budget = new NodeBudget("n", 1000, 2, 1000, ConnectionLimits.of(0));
		assertThat(budget.isExceeded()).isFalse();
		assertThat(budget.largestPool()).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void textHasAllNumbers() {
		assertThat(new NodeBudget("n", 10, 2, 9, new ConnectionLimits(100, 3, -1, -1)).describe())
			.isEqualTo("9 instances with up to 12 connections (pool 10, own 2) need 108, and the server has 97 for"
					+ " them (max_connections 100 less 3 reserved)");
	}

}
