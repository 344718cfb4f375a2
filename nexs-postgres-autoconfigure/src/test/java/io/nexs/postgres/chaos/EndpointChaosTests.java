package io.nexs.postgres.chaos;

import java.time.Duration;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One address that leads to the primary, whichever server that is, with markers and
 * synchronous replication.
 */
class EndpointChaosTests {

	private static final int AFTER = 20;

	private final EmbeddedCluster cluster = Servers.start(true);

	private Endpoint endpoint;

	private Chaos chaos;

	@BeforeEach
	void write() throws Exception {
		this.endpoint = new Endpoint(this.cluster.primary().directPort());
		this.chaos = new Chaos(this.cluster, "postgres://postgres@127.0.0.1:" + this.endpoint.port() + "/postgres",
				Work.Retried.class, "nexs.db.transaction.outcome=marker");
		this.chaos.writers().start();
	}

	@AfterEach
	void stop() throws Exception {
		this.chaos.close();
		this.endpoint.close();
		this.cluster.close();
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
		Fault.KILL.failOver(this.cluster);
		this.endpoint.target(this.cluster.primary().directPort());
		assertFollowed(System.nanoTime());
	}

	/**
	 * The connections to the old primary stay, and it lives.
	 */
	@Test
	void endpointIsFollowedWhenItsOldConnectionsStay() {
		EmbeddedNode candidate = Servers.foremost(this.cluster);
		this.cluster.promote(candidate.id());
		this.endpoint.target(candidate.directPort());
		assertFollowed(System.nanoTime());
	}

	@Test
	void endpointIsFollowedThroughASwitchover() {
		this.cluster.switchover("node-2");
		this.endpoint.target(this.cluster.primary().directPort());
		assertFollowed(System.nanoTime());
	}

}
