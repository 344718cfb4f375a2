package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;

import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.CutRule;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.NexsPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Transactions with a search path of their own, as applications have them that keep each
 * tenant in a schema. The name of the marker table has no schema.
 */
class MarkerSchemaTests {

	private static EmbeddedCluster cluster;

	private OutcomeFixture fixture;

	@BeforeAll
	static void startCluster() throws SQLException {
		cluster = OutcomeFixture.cluster(0);
		OutcomeFixture.execute(cluster, "create schema tenant");
		OutcomeFixture.execute(cluster, "create schema other");
		OutcomeFixture.execute(cluster, "create table tenant." + MarkerTable.DEFAULT_NAME + " (like "
				+ MarkerTable.DEFAULT_NAME + " including all)");
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void start() throws SQLException {
		OutcomeFixture.execute(cluster, "truncate item, " + MarkerTable.DEFAULT_NAME);
		MarkerSettings settings = MarkerSettings.defaults();
		AtomicReference<MarkerCommit> commit = new AtomicReference<>();
		this.fixture = OutcomeFixture.with(cluster, (monitor, pools) -> {
			commit.set(new MarkerCommit(monitor, pools, settings));
			return commit.get();
		});
		NexsPostgres postgres = this.fixture.postgres();
		commit.get().arm(new MarkerKeeper(postgres.monitor(), postgres.pools(), settings).check());
	}

	@AfterEach
	void stop() {
		this.fixture.close();
	}

	private void insertWithin(String schema) throws SQLException {
		try (Connection connection = this.fixture.postgres().dataSource().getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("set local search_path to " + schema);
				statement.executeUpdate("insert into public.item values (1)");
			}
			connection.commit();
		}
	}

	@Test
	void commitWhoseAnswerWasCutOffIsFoundCommittedThoughTheSchemaHasATableOfThatName() throws SQLException {
		CutRule rule = cluster.primary().relay().onServerBytes(OutcomeFixture.ANSWER, CutPoint.BEFORE);
		assertThatCode(() -> insertWithin("tenant")).doesNotThrowAnyException();
		assertThat(rule.fired()).isTrue();
		assertThat(this.fixture.has(1)).isTrue();
		assertThat(this.fixture.markers()).isOne();
		assertThat(this.fixture.count("tenant." + MarkerTable.DEFAULT_NAME)).isZero();
	}

	@Test
	void transactionThatDoesNotSeeTheTableIsCommitted() throws SQLException {
		insertWithin("other");
		assertThat(this.fixture.has(1)).isTrue();
		assertThat(this.fixture.markers()).isOne();
	}

}
