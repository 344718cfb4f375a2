package io.nexs.postgres.chaos;

import java.time.Duration;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One address that leads to the primary, whichever server that is, with markers and
 * synchronous replication.
 */
class EndpointChaosTests {

	private static final int AFTER = 20;

	private static EmbeddedCluster cluster;

	private Endpoint endpoint;

	private Chaos chaos;

	@BeforeAll
	static void startServers() {
		cluster = Servers.start();
	}

	@AfterAll
	static void stopServers() {
		cluster.close();
	}

	@BeforeEach
	void write() throws Exception {
		Servers.recover(cluster, true);
		this.endpoint = new Endpoint(cluster.primary().directPort());
		this.chaos = new Chaos(cluster, "postgres://postgres@127.0.0.1:" + this.endpoint.port() + "/postgres",
				Work.Retried.class, "nexs.db.transaction.outcome=marker");
		this.chaos.writers().start();
	}

	@AfterEach
	void stop() throws Exception {
		this.chaos.close();
		this.endpoint.close();
	}

	private void assertFollowed(long switched) {
		this.chaos.writers().awaitEach(1);
		assertThat(Duration.ofNanos(System.nanoTime() - switched)).isLessThan(Duration.ofSeconds(10));
		this.chaos.writers().awaitEach(AFTER);
		this.chaos.writers().stop();
		this.chaos.assertNoCallFailed();
		this.chaos.assertNothingLostOrDoubled();
		this.chaos.assertEverythingGivenBack();
	}

	@Test
	void endpointIsFollowedWhenThePrimaryDied() {
		Fault.KILL.failOver(cluster);
		this.endpoint.target(cluster.primary().directPort());
		assertFollowed(System.nanoTime());
	}

	/**
	 * The connections to the old primary stay, and it lives.
	 */
	@Test
	void endpointIsFollowedWhenItsOldConnectionsStay() {
		EmbeddedNode candidate = Servers.foremost(cluster);
		cluster.promote(candidate.id());
		this.endpoint.target(candidate.directPort());
		assertFollowed(System.nanoTime());
	}

	@Test
	void endpointIsFollowedThroughASwitchover() {
		cluster.switchover(Servers.foremost(cluster).id());
		this.endpoint.target(cluster.primary().directPort());
		assertFollowed(System.nanoTime());
	}

}
