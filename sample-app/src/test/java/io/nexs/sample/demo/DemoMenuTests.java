package io.nexs.sample.demo;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.sample.AbstractSampleTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the menu refuses is refused, and what it offers is done.
 */
class DemoMenuTests extends AbstractSampleTests {

	@Autowired
	private DemoMenu menu;

	@AfterEach
	void healCluster() throws Exception {
		heal();
	}

	@Test
	void everythingIsRefusedWhenThereIsNoEmbeddedCluster() {
		DemoMenu elsewhere = new DemoMenu(new StaticListableBeanFactory().getBeanProvider(EmbeddedCluster.class));
		assertThat(elsewhere.choices(this.dataSource.topology())).hasSize(3 + 3 * 6)
			.allSatisfy((choice) -> assertThat(choice.refusal()).contains("embedded cluster"));
	}

	@Test
	void refusedChoicesAreRefusedByTheOperations() {
		awaitHealthy();
		assertRefused();
		String replica = this.cluster.replicas().get(0).id();
		assertThat(post("/demo/kill/" + replica).status()).isEqualTo(200);
		Awaitility.await().atMost(LIMIT).until(() -> refusal("kill-primary", null) != null);
		assertRefused();
		assertThat(refusal("rejoin", replica)).isNull();
		assertThat(refusal("kill", replica)).isEqualTo(replica + " is not running");
	}

	@Test
	void offeredChoicesAreDone() {
		awaitHealthy();
		String replica = this.cluster.replicas().get(0).id();
		List<String> offered = List.of("pause-replay/" + replica, "resume-replay/" + replica, "switchover",
				"freeze-primary");
		for (String path : offered) {
			Awaitility.await().atMost(LIMIT).until(() -> refusal(path) == null);
			assertThat(post("/demo/" + path).status()).as(path).isEqualTo(200);
		}
	}

	private void assertRefused() {
		Topology topology = this.dataSource.topology();
		Stream<DemoChoice> refused = this.menu.choices(topology)
			.stream()
			.filter((choice) -> choice.refusal() != null)
			.filter((choice) -> !choice.refusal().contains("follows the primary already"));
		assertThat(refused).isNotEmpty().allSatisfy((choice) -> {
			String path = (choice.node() != null) ? choice.operation() + "/" + choice.node() : choice.operation();
			assertThat(post("/demo/" + path).status()).as(choice.toString()).isEqualTo(409);
		});
	}

	private String refusal(String path) {
		String[] parts = path.split("/");
		return refusal(parts[0], (parts.length > 1) ? parts[1] : null);
	}

	private String refusal(String operation, String node) {
		return this.menu.choices(this.dataSource.topology())
			.stream()
			.filter((choice) -> choice.operation().equals(operation))
			.filter((choice) -> Objects.equals(choice.node(), node))
			.findFirst()
			.orElseThrow()
			.refusal();
	}

}
