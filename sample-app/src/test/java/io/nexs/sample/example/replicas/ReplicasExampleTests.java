package io.nexs.sample.example.replicas;

import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.sample.example.AbstractExampleTests;
import io.nexs.sample.example.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

class ReplicasExampleTests extends AbstractExampleTests {

	@Autowired
	private Notes notes;

	@AfterEach
	void healCluster() throws Exception {
		heal();
	}

	@Test
	void exampleWhenRunReadsFromTheReplicasThatMayServe() throws Exception {
		String primary = this.cluster.primary().id();
		String[] replicas = this.cluster.replicas().stream().map(EmbeddedNode::id).toArray(String[]::new);
		List<JsonNode> steps = run("replicas");
		assertThat(steps).hasSize(8);
		assertThat(nodes(steps.get(0))).containsExactlyInAnyOrder(replicas);
		JsonNode preferences = steps.get(1).get("result");
		assertThat(preferences.get("PRIMARY").asString()).isEqualTo(primary + ", preference-primary");
		assertThat(preferences.get("PRIMARY_PREFERRED").asString()).startsWith(primary + ",");
		assertThat(preferences.get("SECONDARY").asString()).endsWith(", read-only").doesNotContain(primary);
		assertThat(preferences.get("SECONDARY_PREFERRED").asString()).endsWith(", read-only").doesNotContain(primary);
		assertThat(preferences.get("NEAREST").asString()).endsWith(", nearest");
		assertThat(steps.get(2).get("result").asInt()).isOne();
		String away = replicas[0];
		assertThat(result(steps.get(3))).startsWith(away + " is ").endsWith(" behind and serves no reads");
		assertThat(nodes(steps.get(4))).containsExactly(replicas[1]);
		assertThat(result(steps.get(5))).isEqualTo(away + " serves reads again");
		assertThat(nodes(steps.get(6))).containsExactly(replicas[1]);
		assertThat(steps.get(6).get("result").get(replicas[1]).asInt()).isEqualTo(12);
		assertThat(result(steps.get(7))).isEqualTo(away + " serves reads again");
	}

	@Test
	void exampleWhenTheServersAreNotEmbeddedTouchesNone() throws Exception {
		List<Step> steps = runSteps(
				new ReplicasExample(this.notes, this.routes, this.dataSource, none(EmbeddedCluster.class)));
		assertThat(steps).hasSize(5);
		assertThat(steps.subList(3, 5))
			.allSatisfy((step) -> assertThat(step.result().toString()).startsWith("left out"));
	}

	private static List<String> nodes(JsonNode step) {
		return List.copyOf(step.get("result").propertyNames());
	}

}
