package io.nexs.postgres.starter.neighbours;

import java.time.Instant;
import java.util.List;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.boot.autoconfigure.DbSchedulerAutoConfiguration;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.nexs.postgres.cluster.NodeRole;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * db-scheduler with its starter.
 */
class DbSchedulerTests {

	private static final TaskDescriptor<Void> TASK = TaskDescriptor.of("task");

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		String dsn = SharedCluster.database("db_scheduler");
		SharedCluster.onPrimary("db_scheduler", "create table fired (name text, port int)",
				"create table scheduled_tasks (task_name text not null, task_instance text not null, task_data bytea,"
						+ " execution_time timestamptz not null, picked boolean not null, picked_by text,"
						+ " last_success timestamptz, last_failure timestamptz, consecutive_failures int,"
						+ " last_heartbeat timestamptz, version bigint not null, priority smallint,"
						+ " primary key (task_name, task_instance))");
		SharedCluster.awaitReplay();
		application = RunningApplication.start(Application.class, dsn, "db-scheduler.polling-interval=200ms",
				"db-scheduler.threads=2");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void clear() {
		application.routes().clear();
	}

	@Test
	void taskWhenDueRunsOnThePrimary() {
		schedule("due");
		Awaitility.await().until(() -> !fired("due").isEmpty());
		assertThat(fired("due")).containsExactly(Integer.toString(SharedCluster.primaryPort()));
		assertThat(application.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
	}

	@Test
	void taskWhenScheduledInATransactionThatIsRolledBackIsNotThere() {
		application.transaction().executeWithoutResult((status) -> {
			schedule("rolled_back");
			status.setRollbackOnly();
		});
		assertThat(stored("rolled_back")).isEmpty();
	}

	@Test
	void taskWhenScheduledInAReadOnlyTransactionIsRefusedByTheServer() {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> application.readOnlyTransaction().executeWithoutResult((status) -> schedule("refused")))
			.withStackTraceContaining("in a read-only transaction");
		assertThat(stored("refused")).isEmpty();
		assertThat(application.isHealthy()).isTrue();
		schedule("after_refusal");
		Awaitility.await().until(() -> !fired("after_refusal").isEmpty());
	}

	private static void schedule(String name) {
		application.bean(Scheduler.class).schedule(TASK.instance(name).scheduledTo(Instant.now()));
	}

	private static List<String> stored(String name) {
		return SharedCluster.rows("db_scheduler", "select 1 from scheduled_tasks where task_instance = '" + name + "'");
	}

	private static List<String> fired(String name) {
		return SharedCluster.rows("db_scheduler", "select port from fired where name = '" + name + "'");
	}

	@JdbcApplication
	@ImportAutoConfiguration(DbSchedulerAutoConfiguration.class)
	static class Application {

		@Bean
		OneTimeTask<Void> task(JdbcClient jdbc) {
			return Tasks.oneTime(TASK)
				.execute((instance, context) -> jdbc.sql("insert into fired values (?, inet_server_port())")
					.param(instance.getId())
					.update());
		}

	}

}
