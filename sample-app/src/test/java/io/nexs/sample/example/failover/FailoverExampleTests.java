package io.nexs.sample.example.failover;

import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.sample.example.AbstractExampleTests;
import io.nexs.sample.example.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

class FailoverExampleTests extends AbstractExampleTests {

	@Autowired
	private Bookings bookings;

	@Autowired
	private FailoverManager failover;

	@AfterEach
	void healCluster() throws Exception {
		heal();
	}

	@Test
	void exampleWhenRunFindsEveryAcknowledgedBookingOnce() throws Exception {
		String killed = this.cluster.primary().id();
		List<JsonNode> steps = run("failover");
		assertThat(steps).hasSize(6);
		assertThat(result(steps.get(1))).isEqualTo("killed " + killed);
		JsonNode tally = steps.get(3).get("result");
		assertThat(tally.get("acknowledged").asInt()).isGreaterThanOrEqualTo(200).isEqualTo(tally.get("found").asInt());
		assertThat(tally.get("twice").asInt()).isZero();
		assertThat(tally.get("failed").asInt()).isZero();
		assertThat(result(steps.get(4))).startsWith("Primary " + killed + " -> " + this.cluster.primary().id());
		assertThat(result(steps.get(5))).isEqualTo(killed + " follows " + this.cluster.primary().id());
	}

	@Test
	void exampleWhenTheServersAreNotEmbeddedKillsNone() throws Exception {
		String primary = this.cluster.primary().id();
		List<Step> steps = runSteps(
				new FailoverExample(this.bookings, this.failover, this.dataSource, none(EmbeddedCluster.class)));
		assertThat(steps).singleElement()
			.satisfies((step) -> assertThat(step.result().toString()).contains("nexs.db.dsn"));
		assertThat(this.cluster.primary().id()).isEqualTo(primary);
	}

}
