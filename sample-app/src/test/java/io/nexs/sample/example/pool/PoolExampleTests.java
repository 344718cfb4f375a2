package io.nexs.sample.example.pool;

import java.util.List;

import io.nexs.sample.example.AbstractExampleTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class PoolExampleTests extends AbstractExampleTests {

	@Test
	void exampleWhenRunExhaustsDrainsAndCloses() throws Exception {
		List<JsonNode> steps = run("pool");
		assertThat(steps).hasSize(8);
		assertThat(steps.get(0).get("result").propertyNames()).containsExactly("node-1", "node-2", "node-3");
		assertThat(steps.get(0).get("result").get("node-1").get("max").asInt()).isEqualTo(10);
		assertThat(steps.get(1).get("result").get("lent").asInt()).isEqualTo(2);
		assertThat(steps.get(1).get("result").get("max").asInt()).isEqualTo(2);
		assertThat(result(steps.get(2))).contains("node-1");
		assertThat(steps.get(2).get("millis").asLong()).isBetween(300L, 10_000L);
		assertThat(result(steps.get(3))).startsWith("lent after ");
		assertThat(result(steps.get(4))).isEqualTo("the statement under way was finished");
		assertThat(steps.get(4).get("millis").asLong()).isGreaterThanOrEqualTo(150);
		assertThat(steps.get(5).get("result").propertyNames()).isNotEmpty();
		assertThat(result(steps.get(6))).matches("node-\\d drained, 0 connections left");
		assertThat(result(steps.get(7))).endsWith(" serves reads again");
	}

}
