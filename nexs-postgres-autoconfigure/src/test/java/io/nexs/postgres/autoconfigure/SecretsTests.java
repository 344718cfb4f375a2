package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.hook.HookCallerSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A password, parameters, literals and a tenant that were planted come out nowhere: not
 * in the log, in meters, spans, health or any endpoint, with the hooks at their defaults
 * and with all of them on.
 */
@UseEmbeddedCluster
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

	private static final String SECRET = "pl4nted";

	private static final List<String> observed = Collections.synchronizedList(new ArrayList<>());

	@ParameterizedTest
	@ValueSource(strings = { "false", "true" })
	void secretsWhenPlantedComeOutNowhere(boolean hooks, EmbeddedCluster cluster, CapturedOutput output)
			throws SQLException, IOException {
		observed.clear();
		List<String> properties = new ArrayList<>(List.of("nexs.db.dsn=" + withPassword(cluster.dsn()),
				"nexs.db.password=" + SECRET, "nexs.db.pool.driver-properties.sslpassword=" + SECRET,
				"nexs.db.tracing.enabled=true", "nexs.db.server.interval=200ms",
				"management.endpoint.env.show-values=always", "management.endpoint.configprops.show-values=always"));
		if (hooks) {
			Stream.of("logging", "slow-query", "audit", "validation")
				.forEach((hook) -> properties.add("nexs.db." + hook + ".enabled=true"));
			properties.add("nexs.db.slow-query.threshold=1ms");
		}
		try (RunningApplication application = RunningApplication.start(Planted.class,
				properties.toArray(String[]::new))) {
			application.bean(JdbcTemplate.class).execute("drop table if exists secret");
			application.bean(JdbcTemplate.class).execute("create table secret (id text primary key)");
			work(application.bean(JdbcTemplate.class));
			copy(application.bean(DataSource.class));
			waitForALock(application.bean(DataSource.class));
			Awaitility.await().until(() -> application.get("/actuator/prometheus").contains("server_deadlocks_total"));
			for (String path : paths(application)) {
				assertThat(application.get(path)).as(path).doesNotContain(SECRET);
			}
			assertThat(application.get("/actuator/configprops"))
				.contains("\"dsn\":\"postgres://postgres:***@127.0.0.1:");
		}
		assertThat(observed).isNotEmpty().noneMatch((text) -> text.contains(SECRET));
		assertThat(output.getAll()).doesNotContain(SECRET);
	}

	/**
	 * The server asks for none, and takes any.
	 */
	private static String withPassword(String dsn) {
		assertThat(dsn).contains("://postgres@");
		return dsn.replace("://postgres@", "://postgres:" + SECRET + "-password@");
	}

	private static void work(JdbcTemplate jdbc) {
		jdbc.update("insert into secret values (?)", SECRET + "-parameter");
		jdbc.batchUpdate("insert into secret values (?)",
				List.of(new Object[] { SECRET + "-1" }, new Object[] { SECRET + "-2" }));
		jdbc.queryForList("select id from secret where id = '" + SECRET + "-literal' and pg_sleep(0.01) is not null");
		jdbc.queryForList("select id from secret where id > ? and pg_sleep(0.01) is not null", SECRET);
		jdbc.update("update secret set id = id || '" + SECRET + "' where id <> ''");
		fails(() -> jdbc.update("insert into secret values (?)", SECRET + "-1" + SECRET));
		fails(() -> jdbc.update("insert into secret values ('" + SECRET + "-1" + SECRET + "')"));
		fails(() -> jdbc.queryForList("select '" + SECRET));
		fails(() -> jdbc.queryForList("select cast('" + SECRET + "' as int)"));
		fails(() -> jdbc.queryForList("select cast(? as int)", SECRET));
	}

	private static void fails(Runnable work) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(work::run);
	}

	private static void copy(DataSource dataSource) throws SQLException, IOException {
		try (Connection connection = dataSource.getConnection()) {
			connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("copy secret from stdin", new StringReader(SECRET + "-copied\n"));
		}
	}

	/**
	 * What a statement of another session has does not come out either.
	 */
	private static void waitForALock(DataSource dataSource) throws SQLException {
		try (Connection first = dataSource.getConnection();
				Statement holder = first.createStatement();
				Connection second = dataSource.getConnection();
				Statement waiting = second.createStatement()) {
			first.setAutoCommit(false);
			holder.execute("lock table secret /* " + SECRET + " */");
			waiting.execute("set lock_timeout = '500ms'");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> waiting.execute("delete from secret where id = '" + SECRET + "'"));
			waiting.execute("reset lock_timeout");
			first.rollback();
		}
	}

	/**
	 * All that can be read of the actuator, but for the memory itself.
	 */
	private static List<String> paths(RunningApplication application) {
		List<String> paths = Pattern.compile("\"href\":\"http://[^/]*(/actuator/[^\"{]*)\"")
			.matcher(application.get("/actuator"))
			.results()
			.map((MatchResult result) -> result.group(1))
			.filter((path) -> !path.endsWith("/heapdump"))
			.toList();
		assertThat(paths).contains("/actuator/health", "/actuator/prometheus", "/actuator/nexsdb",
				"/actuator/nexsdbhooks", "/actuator/env", "/actuator/configprops", "/actuator/threaddump");
		return paths;
	}

	/**
	 * An application with a tenant, whose observations are written down.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(WebApplication.class)
	static class Planted {

		@Bean
		HookCallerSource callers() {
			return () -> new HookCaller(SECRET + "-tenant", "request-1");
		}

		@Bean
		ObservationHandler<Observation.Context> observations() {
			return new ObservationHandler<>() {

				@Override
				public void onStop(Observation.Context context) {
					observed.add(context.getName() + " " + context.getContextualName());
					for (KeyValue value : context.getAllKeyValues()) {
						observed.add(value.getKey() + "=" + value.getValue());
					}
					Throwable error = context.getError();
					if (error != null) {
						observed.add(error.toString());
					}
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			};
		}

	}

}
