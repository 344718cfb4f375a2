package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads, which the JDK has from 21 on, reached by reflection since the code is
 * compiled for 17.
 */
@UseEmbeddedCluster
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
class VirtualThreadTests {

	private static final int THREADS = 1000;

	private static final int TRANSACTIONS = 6;

	@TempDir
	private Path directory;

	@Test
	void threadsWhenManyPerConnectionAreNotPinnedByUs(EmbeddedCluster cluster) throws Exception {
		try (RunningApplication application = application(cluster); Recording recording = new Recording()) {
			DataSource dataSource = application.bean(DataSource.class);
			// Loading a class keeps the carrier, once
			onVirtualThreads(20, () -> work(dataSource));
			recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
			recording.start();
			int done = onVirtualThreads(THREADS, () -> work(dataSource)).stream().mapToInt(Integer::intValue).sum();
			assertThat(done).isEqualTo(THREADS * TRANSACTIONS);
			onVirtualThreads(1, Pinning::pin);
			recording.stop();
			List<String> pinned = pinned(recording);
			assertThat(pinned).as("the recording sees a thread that is pinned")
				.anyMatch((stack) -> stack.contains(Pinning.class.getName()));
			assertThat(pinned.stream().filter((stack) -> !stack.contains(Pinning.class.getName())))
				.noneMatch((stack) -> stack.contains("io.nexs."));
			assertThat(application.bean(NodePools.class).all()).extracting(NodePool::lent).containsOnly(0);
		}
	}

	@Test
	void requestsWhenOnVirtualThreadsAreRouted(EmbeddedCluster cluster) {
		try (RunningApplication application = application(cluster)) {
			for (int i = 0; i < 10; i++) {
				assertThat(application.get("/read")).isEqualTo("virtual=true replica=true");
				assertThat(application.get("/write")).isEqualTo("virtual=true replica=false");
			}
		}
	}

	private static RunningApplication application(EmbeddedCluster cluster) {
		return RunningApplication.start(Requests.class, "spring.threads.virtual.enabled=true",
				"nexs.db.dsn=" + cluster.dsn(), "nexs.db.pool.max-conns=10", "nexs.db.read.preference=secondary");
	}

	private static int work(DataSource dataSource) throws SQLException {
		int done = 0;
		for (int i = 0; i < TRANSACTIONS; i++) {
			boolean read = i % 2 == 0;
			try (Connection connection = dataSource.getConnection()) {
				connection.setReadOnly(read);
				connection.setAutoCommit(false);
				try (PreparedStatement query = connection.prepareStatement("select pg_is_in_recovery() = ?")) {
					query.setBoolean(1, read);
					try (ResultSet row = query.executeQuery()) {
						done += (row.next() && row.getBoolean(1)) ? 1 : 0;
					}
				}
				connection.commit();
			}
		}
		return done;
	}

	private static <T> List<T> onVirtualThreads(int count, Callable<T> task) throws Exception {
		ExecutorService executor = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
			.invoke(null);
		try {
			List<Future<T>> futures = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				futures.add(executor.submit(task));
			}
			List<T> results = new ArrayList<>();
			for (Future<T> future : futures) {
				results.add(future.get(60, TimeUnit.SECONDS));
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	/**
	 * The stacks of all events, one text each.
	 */
	private List<String> pinned(Recording recording) throws IOException {
		Path file = this.directory.resolve("pinned.jfr");
		recording.dump(file);
		return RecordingFile.readAllEvents(file)
			.stream()
			.filter((event) -> event.getEventType().getName().equals("jdk.VirtualThreadPinned"))
			.map(RecordedEvent::toString)
			.toList();
	}

	/**
	 * Keeps its carrier on every JDK: a class is being initialized.
	 */
	private static final class Pinning {

		static boolean pin() {
			return Initialized.DONE;
		}

		private static final class Initialized {

			static final boolean DONE = await();

			private static boolean await() {
				LockSupport.parkNanos(50_000_000);
				return true;
			}

		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = { HibernateJpaAutoConfiguration.class,
			DataJpaRepositoriesAutoConfiguration.class, FlywayAutoConfiguration.class })
	@RestController
	static class Requests {

		private final JdbcTemplate jdbc;

		Requests(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@GetMapping("/read")
		@Transactional(readOnly = true)
		public String read() throws ReflectiveOperationException {
			return answer();
		}

		@GetMapping("/write")
		@Transactional
		public String write() throws ReflectiveOperationException {
			return answer();
		}

		private String answer() throws ReflectiveOperationException {
			Object virtual = Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
			return "virtual=" + virtual + " replica="
					+ this.jdbc.queryForObject("select pg_is_in_recovery()", Boolean.class);
		}

	}

}
