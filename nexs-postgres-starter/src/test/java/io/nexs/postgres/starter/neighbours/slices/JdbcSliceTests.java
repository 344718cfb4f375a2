package io.nexs.postgres.starter.neighbours.slices;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.RoutingDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @JdbcTest} without an address: it gets the embedded cluster, though H2 is on the
 * class path too, and Flyway migrates it.
 */
@JdbcTest(properties = { "nexs.db.embedded.replicas=1", "spring.liquibase.enabled=false",
		"spring.flyway.locations=classpath:neighbours/schema" })
class JdbcSliceTests {

	@Autowired
	private DataSource dataSource;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private EmbeddedCluster cluster;

	@AfterTransaction
	void assertRolledBack() throws SQLException {
		try (Connection connection = this.cluster.primary().connect();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("select count(*) from item")) {
			assertThat(result.next()).isTrue();
			assertThat(result.getInt(1)).isOne();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void testWhenItWritesIsOnThePrimaryAndRolledBack(int run) throws SQLException {
		assertThat(this.dataSource.isWrapperFor(RoutingDataSource.class)).isTrue();
		assertThat(port()).isEqualTo(this.cluster.primary().directPort());
		assertThat(this.jdbc.sql("insert into item (id) values (2)").update()).isOne();
		assertThat(this.jdbc.sql("select count(*) from item").query(Integer.class).single()).as("run " + run)
			.isEqualTo(2);
	}

	@Test
	@Transactional(readOnly = true)
	void testWhenItIsReadOnlyReadsFromTheReplica() {
		assertThat(port()).isEqualTo(this.cluster.replicas().get(0).directPort());
	}

	@Test
	@Transactional(propagation = Propagation.NOT_SUPPORTED)
	void testWhenItHasNoTransactionIsOnThePrimary() {
		assertThat(port()).isEqualTo(this.cluster.primary().directPort());
	}

	private int port() {
		return this.jdbc.sql("select inet_server_port()").query(Integer.class).single();
	}

}
