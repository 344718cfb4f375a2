package io.nexs.postgres.failover;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * As many writes as there may be virtual threads, which the JDK has from 21 on, reached
 * by reflection since the code is compiled for 17.
 */
@UseEmbeddedCluster(replicas = 0)
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
class ManyWritersTests {

	private static final int WRITERS = 10_000;

	@Test
	void writersWhenTenThousandWaitAreAllServed(EmbeddedCluster cluster) throws Exception {
		ExecutorService threads = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
			.invoke(null);
		try (FailoverFixture fixture = FailoverFixture.start(cluster, FailoverSettings.defaults())) {
			int port = cluster.primary().directPort();
			fixture.manager().maintenance("node-1");
			List<CompletableFuture<Integer>> writers = fixture.writers(WRITERS, threads);
			fixture.awaitWaiting(WRITERS);
			fixture.manager().resume("node-1");
			for (CompletableFuture<Integer> writer : writers) {
				assertThat(writer.get(30, TimeUnit.SECONDS)).isEqualTo(port);
			}
			fixture.awaitWaiting(0);
			FailoverStatistics statistics = fixture.manager().statistics();
			assertThat(statistics.writes().most()).isEqualTo(WRITERS);
			assertThat(statistics.history().get(0).firstRelease()).isLessThan(Duration.ofSeconds(5));
		}
		finally {
			threads.shutdownNow();
		}
	}

}
