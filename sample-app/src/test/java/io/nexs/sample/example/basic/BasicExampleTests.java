package io.nexs.sample.example.basic;

import java.util.List;

import io.nexs.sample.example.AbstractExampleTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class BasicExampleTests extends AbstractExampleTests {

	@Test
	void exampleWhenRunReadsWritesAndRollsBack() throws Exception {
		List<JsonNode> steps = run("basic");
		assertThat(steps).hasSize(7);
		assertThat(result(steps.get(0))).isEqualTo("Hello, nexs-postgres!");
		assertThat(routes(steps.get(0))).contains("replica, read-only");
		assertThat(routes(steps.get(1))).contains(this.cluster.primary().id() + ", primary, write-transaction");
		assertThat(names(steps.get(3))).containsExactly("book");
		assertThat(routes(steps.get(3))).contains("preference-primary");
		assertThat(steps.get(4).get("result").toString()).isEqualTo("[\"book\",\"lamp\"]");
		assertThat(result(steps.get(5))).startsWith("DataIntegrityViolationException");
		assertThat(names(steps.get(6))).containsExactly("book", "lamp");
	}

	private static List<String> names(JsonNode step) {
		return step.get("result").valueStream().map((item) -> item.get("name").asString()).toList();
	}

}
