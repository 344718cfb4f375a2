package io.nexs.postgres.autoconfigure.retry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.FailureContext;
import io.nexs.postgres.routing.FailureEffect;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writers whose transactions are run again while the primary changes. Without a marker
 * the outcome of a COMMIT that was under way is not known, and the call fails; every
 * other call succeeds.
 */
class RetryFailoverTests {

	private static final int WRITERS = 8;

	private final AtomicBoolean stop = new AtomicBoolean();

	private final AtomicLong done = new AtomicLong();

	private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

	private final Queue<String> unknown = new ConcurrentLinkedQueue<>();

	private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

	static Stream<Arguments> changes() {
		return Stream.of(
				Arguments.of("switchover",
						(Consumer<EmbeddedCluster>) (cluster) -> cluster.switchover(cluster.replicas().get(0).id())),
				Arguments.of("kill", (Consumer<EmbeddedCluster>) RetryFailoverTests::kill));
	}

	/**
	 * The supervisor promotes the replica that has most; another one may lack what was
	 * acknowledged.
	 */
	private static void kill(EmbeddedCluster cluster) {
		cluster.primary().kill();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("changes")
	void writersWhenThePrimaryChangesLoseNothingAndDoubleNothing(String name, Consumer<EmbeddedCluster> change) {
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(2).supervised(name.equals("kill")).start();
				ConfigurableApplicationContext context = RetryApplication.start(cluster)) {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute("create table account (id bigint primary key, balance bigint not null)");
			jdbc.execute("create table entry (name text)");
			jdbc.execute("create table tally (thread text primary key, number bigint not null)");
			IntStream.range(0, WRITERS).forEach((i) -> jdbc.update("insert into tally values (?, 0)", "w" + i));
			cluster.synchronousReplication(true);
			List<Thread> writers = start(context.getBean(Accounts.class));
			awaitDone(200);
			change.accept(cluster);
			awaitDone(this.done.get() + 200);
			this.stop.set(true);
			writers.forEach(RetryFailoverTests::join);
			assertThat(this.failures).isEmpty();
			assertThat(this.unknown.size()).as("at most one COMMIT under way per writer").isLessThanOrEqualTo(WRITERS);
			check(jdbc);
		}
	}

	private List<Thread> start(Accounts accounts) {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < WRITERS; i++) {
			String thread = "w" + i;
			Thread writer = new Thread(() -> write(accounts, thread), thread);
			writer.start();
			threads.add(writer);
		}
		return threads;
	}

	private void write(Accounts accounts, String thread) {
		for (int i = 0; !this.stop.get(); i++) {
			String name = thread + "-" + i;
			try {
				accounts.insert(name);
				this.acknowledged.add(name);
				this.done.incrementAndGet();
			}
			catch (RuntimeException ex) {
				boolean inDoubt = FailureContext.of(ex)
					.filter((found) -> found.effect() == FailureEffect.UNKNOWN)
					.isPresent();
				if (inDoubt) {
					this.unknown.add(name);
				}
				else {
					this.failures.add(ex);
				}
			}
		}
	}

	private void check(JdbcTemplate jdbc) {
		Map<String, Integer> rows = new HashMap<>();
		jdbc.queryForList("select name from entry", String.class).forEach((name) -> rows.merge(name, 1, Integer::sum));
		assertThat(rows.values()).as("nothing twice").allMatch((count) -> count == 1);
		assertThat(rows.keySet()).as("nothing lost").containsAll(this.acknowledged);
		rows.keySet().removeAll(this.acknowledged);
		assertThat(this.unknown).as("nothing but what is in doubt").containsAll(rows.keySet());
		assertThat(jdbc.queryForObject("select sum(number) from tally", Long.class)).as("the whole transaction")
			.isEqualTo(jdbc.queryForObject("select count(*) from entry", Long.class));
	}

	private void awaitDone(long number) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.done.get() >= number);
	}

	private static void join(Thread thread) {
		try {
			thread.join(Duration.ofSeconds(60).toMillis());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		assertThat(thread.isAlive()).isFalse();
	}

}
