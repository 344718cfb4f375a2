package io.nexs.postgres.routing;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thread that cannot even send all it has to say, because the server reads no more.
 */
class BlockedWriteTests {

	private static final Logger logger = LoggerFactory.getLogger(BlockedWriteTests.class);

	@ParameterizedTest
	@ValueSource(strings = { "sslmode=disable", "sslmode=require" })
	void threadThatSendsWhenThePrimaryIsLostIsReleasedAndNothingElseWaits(String mode, @TempDir Path directory)
			throws Exception {
		ServerCertificate certificate = ServerCertificate.in(directory);
		try (EmbeddedCluster cluster = EmbeddedCluster.builder()
			.replicas(1)
			.parameter("ssl", "on")
			.parameter("ssl_cert_file", certificate.certificate().toString())
			.parameter("ssl_key_file", certificate.key().toString())
			.start();
				NexsPostgres postgres = NexsPostgres.of(cluster.dsn() + "?" + mode).start();
				Connection held = postgres.dataSource().getConnection();
				PreparedStatement statement = held.prepareStatement("select octet_length(?)")) {
			held.setAutoCommit(false);
			statement.setBytes(1, new byte[10]);
			statement.execute();
			statement.setBytes(1, new byte[64 * 1024 * 1024]);
			cluster.node("node-1").freeze();
			try {
				CompletableFuture<Long> released = CompletableFuture.supplyAsync(() -> fails(statement));
				RoutingFixture.awaitStatus(postgres, "node-1", NodeStatus.UNHEALTHY);
				CompletableFuture<Long> writable = CompletableFuture
					.supplyAsync(() -> FollowingTests.awaitWritable(cluster.node("node-2")));
				cluster.promote("node-2");
				assertThat(RoutingFixture.writePort(postgres)).isEqualTo(cluster.node("node-2").directPort());
				Awaitility.await().atMost(Duration.ofSeconds(10)).until(released::isDone);
				long after = released.get(1, TimeUnit.SECONDS) - writable.get(1, TimeUnit.SECONDS);
				logger.info("{}: released {} ms after the new primary took writes", mode, after / 1_000_000);
				assertThat(Duration.ofNanos(after)).isLessThan(Duration.ofSeconds(2));
			}
			finally {
				cluster.node("node-1").thaw();
			}
			held.rollback();
		}
	}

	private static long fails(PreparedStatement statement) {
		try {
			statement.execute();
			throw new IllegalStateException("It was answered");
		}
		catch (SQLException ex) {
			return System.nanoTime();
		}
	}

}
