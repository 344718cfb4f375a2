package io.nexs.postgres.starter.neighbours;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.NodeRole;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Flyway above the data source: SQL, a Java migration, a repeatable one, one outside of a
 * transaction, callbacks.
 */
class FlywayTests {

	private static final String LOCATION = "spring.flyway.locations=classpath:neighbours/flyway";

	/**
	 * Flyway's own advice for statements that wait for the end of other transactions.
	 */
	private static final String SESSION_LOCK = "spring.flyway.postgresql.transactional-lock=false";

	private static RunningApplication application;

	private static List<NodeRole> routesOfTheStart;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(Application.class, SharedCluster.database("flyway"), LOCATION,
				SESSION_LOCK, "spring.flyway.default-schema=app");
		routesOfTheStart = application.routes().used();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void migrationsWhenTheApplicationStartsRunOnThePrimary() {
		assertThat(SharedCluster.rows("flyway",
				"select coalesce(version, script) from app.flyway_schema_history where success order by installed_rank"))
			.containsSubsequence("1", "2", "3", "R__names.sql");
		assertThat(SharedCluster.rows("flyway", "select name || ' ' || port from app.item order by id"))
			.containsExactly(onPrimary("V1"), onPrimary("V3"), onPrimary("afterMigrate"));
		assertThat(SharedCluster.rows("flyway",
				"select indisvalid from pg_index where indexrelid = 'app.item_name'::regclass"))
			.containsExactly("t");
		assertThat(SharedCluster.rows("flyway", "select name from app.names")).hasSize(3);
	}

	private static String onPrimary(String name) {
		return name + " " + SharedCluster.primaryPort();
	}

	@Test
	void callbackWhenAMigrationIsDoneRunsOnThePrimary() {
		assertThat(application.bean(PortCallback.class).ports).isNotEmpty().containsOnly(SharedCluster.primaryPort());
	}

	@Test
	void statementsWhenTheApplicationStartsReachNoReplica() {
		assertThat(routesOfTheStart).isNotEmpty().containsOnly(NodeRole.PRIMARY);
	}

	@Test
	void settingsWhenFlywayIsDoneAreThoseOfAFreshConnection() {
		String settings = "select concat_ws(' ', current_user, current_setting('search_path'),"
				+ " current_setting('lock_timeout'), current_setting('default_transaction_read_only'))";
		String fresh = SharedCluster.rows("flyway", settings).get(0);
		assertThat(application.onEachPooledConnection(settings)).hasSize(RunningApplication.POOL_SIZE)
			.containsOnly(fresh);
		assertThat(SharedCluster.rows("flyway", "select count(*) from pg_locks where locktype = 'advisory'"))
			.containsExactly("0");
	}

	@Test
	void migrationWhenTheCallersTransactionIsReadOnlyRunsOnThePrimaryByItself() {
		Flyway own = Flyway.configure()
			.configuration(application.bean(Flyway.class).getConfiguration())
			.defaultSchema("within_read_only")
			.javaMigrations()
			.load();
		application.routes().clear();
		Integer migrations = application.readOnlyTransaction().execute((status) -> own.migrate().migrationsExecuted);
		assertThat(migrations).isEqualTo(3);
		assertThat(application.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
		assertThat(SharedCluster.rows("flyway", "select port from within_read_only.item where id = 1"))
			.containsExactly(Integer.toString(SharedCluster.primaryPort()));
	}

	@Test
	void migrationWhenTwoApplicationsStartAtOnceRunsOnce() {
		String dsn = SharedCluster.database("flyway_twice");
		List<CompletableFuture<RunningApplication>> starting = Stream.of(1, 2)
			.map((number) -> CompletableFuture
				.supplyAsync(() -> RunningApplication.start(Application.class, dsn, LOCATION, SESSION_LOCK)))
			.toList();
		starting.forEach((start) -> start.join().close());
		assertThat(SharedCluster.rows("flyway_twice",
				"select script from flyway_schema_history where success order by installed_rank"))
			.hasSize(4);
	}

	@Test
	void indexBuiltConcurrentlyWhenFlywayLocksByTransactionWaitsForFlywayItself() {
		String dsn = SharedCluster.database("flyway_lock");
		SharedCluster.onPrimary("flyway_lock", "alter database flyway_lock set lock_timeout = '1s'");
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> RunningApplication.start(Application.class, dsn,
					"spring.flyway.locations=classpath:neighbours/flyway-concurrently"))
			.withStackTraceContaining("lock timeout");
	}

	@Test
	void roleWhenInitSqlSetItStaysOnTheConnectionsFlywayUsed() {
		String dsn = SharedCluster.database("flyway_role");
		SharedCluster.onPrimary("flyway_role", "create role schema_owner",
				"grant all on schema public to schema_owner");
		try (RunningApplication other = RunningApplication.start(Application.class, dsn,
				"spring.flyway.locations=classpath:neighbours/schema",
				"spring.flyway.init-sqls=set role schema_owner")) {
			assertThat(SharedCluster.rows("flyway_role", "select tableowner from pg_tables where tablename = 'item'"))
				.containsExactly("schema_owner");
			assertThat(other.onEachPooledConnection("select current_user")).contains("schema_owner");
		}
	}

	@JdbcApplication
	@ImportAutoConfiguration(FlywayAutoConfiguration.class)
	static class Application {

		@Bean
		PortCallback portCallback() {
			return new PortCallback();
		}

		@Bean
		V3__JavaItem javaItem() {
			return new V3__JavaItem();
		}

	}

	static class V3__JavaItem extends BaseJavaMigration {

		@Override
		public void migrate(org.flywaydb.core.api.migration.Context context) throws SQLException {
			try (Statement statement = context.getConnection().createStatement()) {
				statement.execute("insert into item (id, name) values (3, 'V3')");
			}
		}

	}

	static class PortCallback extends BaseCallback {

		private final List<Integer> ports = new CopyOnWriteArrayList<>();

		@Override
		public boolean supports(Event event, Context context) {
			return event == Event.BEFORE_MIGRATE || event == Event.AFTER_VALIDATE || event == Event.AFTER_MIGRATE;
		}

		@Override
		public void handle(Event event, Context context) {
			Connection connection = context.getConnection();
			try (Statement statement = connection.createStatement();
					ResultSet result = statement.executeQuery("select inet_server_port()")) {
				result.next();
				this.ports.add(result.getInt(1));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
