package io.nexs.postgres.starter.neighbours;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.nexs.postgres.cluster.NodeRole;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * ShedLock with its JDBC template provider and the time of the database.
 */
class ShedLockTests {

	private static RunningApplication application;

	private static LockProvider locks;

	@BeforeAll
	static void start() {
		String dsn = SharedCluster.database("shedlock");
		SharedCluster
			.onPrimary("shedlock", "create table shedlock (name text primary key, lock_until timestamp not null,"
					+ " locked_at timestamp not null, locked_by text not null, port int default inet_server_port())");
		application = RunningApplication.start(Application.class, dsn);
		locks = application.bean(LockProvider.class);
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
	void lockWhenTakenIsOnThePrimaryAndExcludesTheOthers() {
		SimpleLock lock = lock("plain").orElseThrow();
		assertThat(SharedCluster.rows("shedlock", "select port from shedlock where name = 'plain'"))
			.containsExactly(Integer.toString(SharedCluster.primaryPort()));
		assertThat(lock("plain")).isEmpty();
		lock.unlock();
		assertThat(lock("plain")).isPresent();
		assertThat(application.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
	}

	@Test
	void lockWhenTheCallersTransactionIsReadOnlyIsTakenInATransactionOfItsOwn() {
		SimpleLock lock = application.readOnlyTransaction().execute((status) -> {
			assertThat(application.port()).isEqualTo(SharedCluster.replicaPort());
			SimpleLock taken = lock("within").orElseThrow();
			assertThat(isLocked("within")).isTrue();
			assertThat(lock("within")).isEmpty();
			assertThat(application.port()).isEqualTo(SharedCluster.replicaPort());
			return taken;
		});
		application.readOnlyTransaction().executeWithoutResult((status) -> lock.unlock());
		assertThat(isLocked("within")).isFalse();
		assertThat(application.isHealthy()).isTrue();
	}

	@Test
	void lockWhenTheCallersTransactionIsRolledBackStays() {
		application.transaction().executeWithoutResult((status) -> {
			lock("rolled_back").orElseThrow();
			status.setRollbackOnly();
		});
		assertThat(isLocked("rolled_back")).isTrue();
	}

	@Test
	void scheduledMethodWhenAnotherInstanceHoldsTheLockDoesNotRun() {
		AtomicInteger runs = application.bean(Attempts.class).runs;
		Awaitility.await().until(() -> runs.get() > 0);
		try (RunningApplication second = RunningApplication.start(Application.class, SharedCluster.dsn("shedlock"))) {
			AtomicInteger attempts = second.bean(Attempts.class).attempts;
			Awaitility.await().until(() -> attempts.get() > 2);
			assertThat(second.bean(Attempts.class).runs).hasValue(0);
			assertThat(second.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
		}
		assertThat(runs).hasValue(1);
	}

	private static Optional<SimpleLock> lock(String name) {
		return locks.lock(new LockConfiguration(Instant.now(), name, Duration.ofMinutes(1), Duration.ZERO));
	}

	private static boolean isLocked(String name) {
		return SharedCluster
			.rows("shedlock", "select lock_until > now() at time zone 'utc' from shedlock where name = '" + name + "'")
			.contains("t");
	}

	@JdbcApplication
	@EnableScheduling
	@EnableSchedulerLock(defaultLockAtMostFor = "1m")
	static class Application {

		@Bean
		LockProvider lockProvider(JdbcTemplate jdbc) {
			return new JdbcTemplateLockProvider(
					JdbcTemplateLockProvider.Configuration.builder().withJdbcTemplate(jdbc).usingDbTime().build());
		}

		@Bean
		Job job() {
			return new Job();
		}

		@Bean
		Attempts attempts(Job job) {
			return new Attempts(job);
		}

	}

	/**
	 * Keeps its lock for a minute.
	 */
	static class Job {

		@SchedulerLock(name = "job", lockAtLeastFor = "1m")
		void run(AtomicInteger runs) {
			runs.incrementAndGet();
		}

	}

	static class Attempts {

		private final AtomicInteger attempts = new AtomicInteger();

		private final AtomicInteger runs = new AtomicInteger();

		private final Job job;

		Attempts(Job job) {
			this.job = job;
		}

		@Scheduled(fixedDelay = 50)
		void attempt() {
			this.job.run(this.runs);
			this.attempts.incrementAndGet();
		}

	}

}
