package io.nexs.sample.example;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.nexs.sample.AbstractSampleTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs an example by its request, and holds its page against what it says.
 */
public abstract class AbstractExampleTests extends AbstractSampleTests {

	private static final List<String> TABLES = List.of("item", "account", "row", "booking", "payment", "trail");

	@Autowired
	protected Routes routes;

	@BeforeEach
	void awaitCluster() {
		awaitHealthy();
	}

	@AfterEach
	void leaveNothingBehind() throws Exception {
		for (String table : TABLES) {
			assertThat(ask(this.cluster.primary(), "select count(*) from example_" + table)).as(table).isEqualTo("0");
		}
	}

	/**
	 * Runs an example; its page shows every step.
	 * @return the steps
	 */
	protected List<JsonNode> run(String example) throws Exception {
		Answer answer = post("/examples/" + example);
		assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
		assertThat(answer.json().get("example").asString()).isEqualTo(example);
		List<JsonNode> steps = answer.json().get("steps").valueStream().toList();
		String page = Files.readString(Path.of("..", "docs", "examples", example + ".md"));
		for (int i = 0; i < steps.size(); i++) {
			assertThat(page).contains("%3d. %s (".formatted(i + 1, steps.get(i).get("step").asString()));
		}
		return steps;
	}

	/**
	 * Runs an example as an application with servers of its own would.
	 * @return the steps
	 */
	protected List<Step> runSteps(Example example) throws Exception {
		Steps steps = new Steps(this.routes);
		example.run(steps);
		return steps.done();
	}

	protected static <T> ObjectProvider<T> none(Class<T> type) {
		return new StaticListableBeanFactory().getBeanProvider(type);
	}

	protected static String result(JsonNode step) {
		return step.get("result").asString();
	}

	protected static String routes(JsonNode step) {
		return step.get("routes").toString();
	}

}
