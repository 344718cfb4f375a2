package io.nexs.sample.example.hooks;

import java.util.List;

import io.nexs.sample.example.AbstractExampleTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class HooksExampleTests extends AbstractExampleTests {

	@Test
	void exampleWhenRunRefusesTimesAndWritesDown() throws Exception {
		List<JsonNode> steps = run("hooks");
		assertThat(steps).hasSize(5);
		assertThat(steps.get(0).get("result").toString()).isEqualTo("{\"payments\":1,\"entries\":1}");
		assertThat(result(steps.get(1))).startsWith("HookVetoException")
			.contains("refuseNegative", "a payment is not negative")
			.doesNotContainPattern("(?<!node)-1");
		assertThat(result(steps.get(2))).startsWith("IllegalStateException");
		assertThat(steps.get(3).get("result").toString()).isEqualTo("{\"payments\":1,\"entries\":1}");
		// The one that was refused never came to the stopwatch, which stands behind
		List<JsonNode> timings = steps.get(4).get("result").valueStream().toList();
		assertThat(timings).hasSize(2).allSatisfy((timing) -> {
			assertThat(timing.get("node").asString()).isEqualTo(this.cluster.primary().id());
			assertThat(timing.get("micros").asLong()).isPositive();
			assertThat(timing.get("rows").asInt()).isOne();
			assertThat(timing.get("well").asBoolean()).isTrue();
		});
	}

}
