package io.nexs.sample.example.batch;

import java.util.List;

import io.nexs.sample.example.AbstractExampleTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class BatchExampleTests extends AbstractExampleTests {

	@Test
	void exampleWhenRunWritesAllRowsInEveryWay() throws Exception {
		List<JsonNode> steps = run("batch");
		assertThat(steps).extracting((step) -> step.get("result").get("rows").asInt())
			.containsExactly(1000, 1000, 10_000, 10_000, 10_000, 10_000, 10_000);
		assertThat(steps)
			.allSatisfy((step) -> assertThat(step.get("result").get("rowsPerSecond").asLong()).isPositive());
	}

}
