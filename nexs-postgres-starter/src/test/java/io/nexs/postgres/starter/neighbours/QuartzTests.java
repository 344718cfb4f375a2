package io.nexs.postgres.starter.neighbours;

import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nexs.postgres.cluster.NodeRole;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.quartz.autoconfigure.QuartzAutoConfiguration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.quartz.LocalDataSourceJobStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Quartz with jobs in the database. It keeps data sources by the name of the scheduler
 * for the whole JVM, so two schedulers of one name use that of the application that was
 * started last.
 */
class QuartzTests {

	private static final String[] PROPERTIES = { "spring.quartz.job-store-type=jdbc",
			"spring.quartz.jdbc.initialize-schema=always", "spring.quartz.scheduler-name=single",
			"spring.quartz.properties.org.quartz.jobStore.driverDelegateClass=org.quartz.impl.jdbcjobstore.PostgreSQLDelegate",
			"spring.quartz.properties.org.quartz.jobStore.isClustered=true",
			"spring.quartz.properties.org.quartz.jobStore.clusterCheckinInterval=500",
			"spring.quartz.properties.org.quartz.scheduler.instanceId=AUTO",
			"spring.quartz.properties.org.quartz.scheduler.idleWaitTime=1000",
			"spring.quartz.properties.org.quartz.threadPool.threadCount=2" };

	private static RunningApplication application;

	private static Scheduler scheduler;

	@BeforeAll
	static void start() {
		String dsn = SharedCluster.database("quartz");
		SharedCluster.onPrimary("quartz", "create table fired (name text, port int)");
		application = RunningApplication.start(Application.class, dsn, PROPERTIES);
		scheduler = application.bean(Scheduler.class);
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
	void jobWhenDueRunsOnThePrimary() throws Exception {
		assertThat(scheduler.getMetaData().getJobStoreClass()).isEqualTo(LocalDataSourceJobStore.class);
		schedule("due");
		Awaitility.await().until(() -> !fired("due").isEmpty());
		assertThat(fired("due")).containsExactly(Integer.toString(SharedCluster.primaryPort()));
		assertThat(application.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
	}

	@Test
	void jobWhenTwoSchedulersAreAClusterRunsOnce() throws Exception {
		String[] properties = PROPERTIES.clone();
		properties[1] = "spring.quartz.jdbc.initialize-schema=never";
		properties[2] = "spring.quartz.scheduler-name=pair";
		String dsn = SharedCluster.dsn("quartz");
		try (RunningApplication first = RunningApplication.start(Application.class, dsn, properties);
				RunningApplication second = RunningApplication.start(Application.class, dsn, properties)) {
			List<String> names = List.of("a", "b", "c", "d", "e", "f");
			for (String name : names) {
				first.bean(Scheduler.class).scheduleJob(job(name), now(name));
			}
			Awaitility.await().until(() -> fired("a", "b", "c", "d", "e", "f").size() == names.size());
			Awaitility.await()
				.until(() -> SharedCluster
					.rows("quartz", "select 1 from qrtz_scheduler_state where sched_name = 'pair'")
					.size() == 2);
			assertThat(SharedCluster.rows("quartz", "select 1 from qrtz_triggers where sched_name = 'pair'")).isEmpty();
			assertThat(fired("a", "b", "c", "d", "e", "f")).hasSameSizeAs(names);
			assertThat(second.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
		}
	}

	@Test
	void jobWhenScheduledInATransactionThatIsRolledBackIsNotThere() throws Exception {
		application.transaction().executeWithoutResult((status) -> {
			schedule("rolled_back");
			status.setRollbackOnly();
		});
		assertThat(scheduler.checkExists(JobKey.jobKey("rolled_back"))).isFalse();
	}

	@Test
	void jobWhenScheduledInAReadOnlyTransactionIsRefusedByTheServer() throws Exception {
		List<Exception> failures = new CopyOnWriteArrayList<>();
		application.readOnlyTransaction().executeWithoutResult((status) -> {
			try {
				scheduler.scheduleJob(job("refused"), now("refused"));
			}
			catch (SchedulerException ex) {
				failures.add(ex);
			}
		});
		assertThat(failures).singleElement()
			.asInstanceOf(InstanceOfAssertFactories.THROWABLE)
			.hasStackTraceContaining("in a read-only transaction");
		assertThat(SharedCluster.rows("quartz", "select job_name from qrtz_job_details where job_name = 'refused'"))
			.isEmpty();
		assertThat(application.isHealthy()).isTrue();
		schedule("after_refusal");
		Awaitility.await().until(() -> fired("after_refusal").size() == 1);
	}

	private static void schedule(String name) {
		try {
			scheduler.scheduleJob(job(name), now(name));
		}
		catch (SchedulerException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JobDetail job(String name) {
		return JobBuilder.newJob(Firing.class).withIdentity(name).build();
	}

	private static Trigger now(String name) {
		return TriggerBuilder.newTrigger().withIdentity(name).startAt(new Date()).build();
	}

	private static List<String> fired(String... names) {
		return SharedCluster.rows("quartz",
				"select port from fired where name in ('" + String.join("', '", names) + "')");
	}

	@JdbcApplication
	@ImportAutoConfiguration(QuartzAutoConfiguration.class)
	static class Application {

	}

	public static class Firing implements Job {

		private final JdbcClient jdbc;

		Firing(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		public void execute(JobExecutionContext context) {
			this.jdbc.sql("insert into fired values (?, inet_server_port())")
				.param(context.getJobDetail().getKey().getName())
				.update();
		}

	}

}
