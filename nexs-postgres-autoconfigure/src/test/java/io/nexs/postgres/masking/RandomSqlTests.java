package io.nexs.postgres.masking;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random queries, which the server has to read as we do: it returns a column for each
 * literal.
 */
@UseEmbeddedCluster
class RandomSqlTests {

	@Test
	void normalizeWhenTextIsRandomTellsNoLiteralAndAgreesWithTheServer(EmbeddedCluster cluster) throws SQLException {
		try (Connection connection = connect(cluster); Statement statement = connection.createStatement()) {
			statement.setEscapeProcessing(false);
			for (int seed = 0; seed < 2000; seed++) {
				RandomSql random = new RandomSql(seed);
				String sql = random.query();
				String normalized = SqlTexts.normalize(sql).text();
				assertThat(normalized).as("seed %d: %s", seed, sql).doesNotContain(RandomSql.PLANTED);
				assertThat(columns(statement, sql)).as("seed %d: %s", seed, sql).isEqualTo(random.literals());
				assertThat(normalized.chars().filter((c) -> c == '?').count()).as("seed %d: %s", seed, sql)
					.isEqualTo(random.literals());
			}
		}
	}

	@Test
	void normalizeWhenTextIsCutAnywhereTellsNoLiteral() {
		for (int seed = 0; seed < 300; seed++) {
			String sql = new RandomSql(seed).query();
			for (int end = 0; end < sql.length(); end++) {
				assertThat(SqlTexts.normalize(sql.substring(0, end)).text()).as("seed %d, %d", seed, end)
					.doesNotContain(RandomSql.PLANTED);
			}
		}
	}

	private static int columns(Statement statement, String sql) throws SQLException {
		try (ResultSet rows = statement.executeQuery(sql)) {
			return rows.getMetaData().getColumnCount();
		}
	}

	/**
	 * In this mode the driver does not split a text, which it would do within a string
	 * that goes on in another line.
	 */
	private static Connection connect(EmbeddedCluster cluster) throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("preferQueryMode", "simple");
		return DriverManager.getConnection(cluster.primary().jdbcUrl(), properties);
	}

}
