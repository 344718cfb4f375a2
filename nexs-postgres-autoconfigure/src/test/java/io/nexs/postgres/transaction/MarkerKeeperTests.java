package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.NexsPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MarkerKeeper}, as a role that is no superuser.
 */
class MarkerKeeperTests {

	private static EmbeddedCluster cluster;

	private static NexsPostgres postgres;

	@BeforeAll
	static void start() throws SQLException {
		cluster = EmbeddedCluster.builder().replicas(0).start();
		OutcomeFixture.execute(cluster, "create role app login");
		OutcomeFixture.execute(cluster, "create schema ops");
		OutcomeFixture.execute(cluster, "grant usage on schema ops to app");
		PostgresDsn admin = PostgresDsn.parse(cluster.dsn());
		postgres = NexsPostgres.of(cluster.dsn().replace(admin.username() + "@", "app@")).start();
		Awaitility.await().until(() -> postgres.monitor().topology().hasPrimary());
	}

	@AfterAll
	static void stop() {
		postgres.close();
		cluster.close();
	}

	@BeforeEach
	void drop() throws SQLException {
		OutcomeFixture.execute(cluster, "drop table if exists ops.marker");
	}

	private static MarkerKeeper keeper(Duration retention) {
		return new MarkerKeeper(postgres.monitor(), postgres.pools(),
				new MarkerSettings(new MarkerTable("ops.marker"), retention, Duration.ofSeconds(1)));
	}

	private static void createTable() throws SQLException {
		OutcomeFixture.execute(cluster, new MarkerTable("ops.marker").ddl());
	}

	@Test
	void checkWhenTableIsMissingSaysHowToCreateIt() {
		assertThatExceptionOfType(MarkerTableException.class).isThrownBy(() -> keeper(Duration.ofHours(1)).check())
			.withMessageContaining("'ops.marker' cannot be used by role app")
			.satisfies((ex) -> assertThat(ex.getDdl()).isEqualTo("create table if not exists \"ops\".\"marker\""
					+ " (id uuid primary key, claimed boolean not null default false,"
					+ " created timestamptz not null default clock_timestamp())"));
	}

	@Test
	void checkWhenARightIsMissingFails() throws SQLException {
		createTable();
		for (String right : new String[] { "select", "insert", "update", "delete" }) {
			OutcomeFixture.execute(cluster, "grant select, insert, update, delete on ops.marker to app");
			assertThatCode(() -> keeper(Duration.ofHours(1)).check()).doesNotThrowAnyException();
			OutcomeFixture.execute(cluster, "revoke " + right + " on ops.marker from app");
			assertThatExceptionOfType(MarkerTableException.class).isThrownBy(() -> keeper(Duration.ofHours(1)).check())
				.withMessageContaining("permission denied");
		}
		assertThat(OutcomeFixture.ask(cluster, "select count(*) from ops.marker")).isEqualTo("0");
	}

	@Test
	void checkWhenTheTableHasNoKeyFails() throws SQLException {
		OutcomeFixture.execute(cluster, "create table ops.marker (id uuid, claimed boolean, created timestamptz)");
		OutcomeFixture.execute(cluster, "grant all on ops.marker to app");
		assertThatExceptionOfType(MarkerTableException.class).isThrownBy(() -> keeper(Duration.ofHours(1)).check());
	}

	@Test
	void oldMarkersAreDeletedInBatchesAndYoungOnesKept() throws SQLException {
		createTable();
		OutcomeFixture.execute(cluster, "grant all on ops.marker to app");
		insert(1500, Duration.ofHours(2));
		insert(3, Duration.ofMinutes(59));
		MarkerKeeper keeper = keeper(Duration.ofHours(1));
		assertThat(keeper.clean()).isEqualTo(1000);
		assertThat(keeper.clean()).isEqualTo(500);
		assertThat(keeper.clean()).isZero();
		assertThat(OutcomeFixture.ask(cluster, "select count(*) from ops.marker")).isEqualTo("3");
	}

	@Test
	void threadDeletesUntilItIsStopped() throws SQLException {
		createTable();
		OutcomeFixture.execute(cluster, "grant all on ops.marker to app");
		insert(1500, Duration.ofHours(2));
		MarkerKeeper keeper = keeper(Duration.ofSeconds(1));
		keeper.start((table) -> {
		});
		Awaitility.await().until(() -> OutcomeFixture.ask(cluster, "select count(*) from ops.marker").equals("0"));
		assertThat(threads()).isEqualTo(1);
		keeper.stop();
		assertThat(threads()).isZero();
	}

	@Test
	void tableThatCouldNotBeCheckedAtTheStartIsFoundLater() throws SQLException {
		MarkerKeeper keeper = keeper(Duration.ofHours(1));
		AtomicReference<MarkerTable> found = new AtomicReference<>();
		keeper.start(found::set);
		try {
			createTable();
			OutcomeFixture.execute(cluster, "grant all on ops.marker to app");
			Awaitility.await().untilAsserted(() -> assertThat(found).doesNotHaveNullValue());
			assertThat(found.get().quoted()).isEqualTo("\"ops\".\"marker\"");
		}
		finally {
			keeper.stop();
		}
	}

	private static long threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("nexs-db-markers"))
			.count();
	}

	private static void insert(int count, Duration age) throws SQLException {
		try (Connection connection = cluster.primary().connect();
				PreparedStatement statement = connection.prepareStatement("insert into ops.marker (id, created)"
						+ " values (?, clock_timestamp() - ? * interval '1 millisecond')")) {
			for (int i = 0; i < count; i++) {
				statement.setObject(1, MarkerId.of(System.currentTimeMillis() - age.toMillis()));
				statement.setLong(2, age.toMillis());
				statement.addBatch();
			}
			statement.executeBatch();
		}
	}

}
