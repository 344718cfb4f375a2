package io.nexs.postgres.starter.neighbours.slices;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.nexs.postgres.embedded.EmbeddedCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jdbc.test.autoconfigure.DataJdbcTest;
import org.springframework.data.jdbc.core.JdbcAggregateTemplate;
import org.springframework.test.context.transaction.BeforeTransaction;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @DataJdbcTest} on the embedded cluster.
 */
@DataJdbcTest(properties = { "nexs.db.embedded.replicas=1", "spring.liquibase.enabled=false" })
class DataJdbcSliceTests {

	@Autowired
	private Pieces pieces;

	@Autowired
	private JdbcAggregateTemplate template;

	@Autowired
	private EmbeddedCluster cluster;

	@BeforeTransaction
	void createTable() throws SQLException {
		try (Connection connection = this.cluster.primary().connect();
				Statement statement = connection.createStatement()) {
			statement.execute("create table if not exists piece (id bigint primary key, name text)");
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2 })
	void testWhenItWritesIsOnThePrimaryAndRolledBack(long id) {
		assertThat(this.pieces.findAll()).isEmpty();
		this.template.insert(new Piece(id, "new"));
		assertThat(this.pieces.findAll()).extracting(Piece::id).containsExactly(id);
		assertThat(this.pieces.isOnReplica()).isFalse();
	}

	@Test
	@Transactional(propagation = Propagation.NOT_SUPPORTED)
	void repositoryWhenTheTestHasNoTransactionReadsFromTheReplica() {
		assertThat(this.pieces.isOnReplica()).isTrue();
	}

}
