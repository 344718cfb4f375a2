package io.nexs.sample.demo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.nexs.postgres.cluster.Topology;
import io.nexs.sample.AbstractSampleTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterChangeTests extends AbstractSampleTests {

	private static final Logger log = LoggerFactory.getLogger(ClusterChangeTests.class);

	@AfterEach
	void healCluster() throws SQLException {
		heal();
	}

	@Test
	void switchoverIsFollowedWithoutRestart() throws Exception {
		String before = this.cluster.primary().id();
		try (Traffic traffic = new Traffic(this.port, 2, 1)) {
			Answer answer = post("/demo/switchover");
			long done = System.nanoTime();
			assertThat(answer.status()).isEqualTo(200);
			String after = this.cluster.primary().id();
			assertThat(after).isNotEqualTo(before);
			assertThat(roles(answer.json().get("nodes"))).contains(after + " primary", before + " replica");
			awaitRoles("switchover", done, after, before);
			traffic.awaitReads(20);
			traffic.awaitWrites(5);
			traffic.end();
			assertThat(traffic.failedReads()).isEmpty();
		}
		assertThat(post("/orders", order("ada", "after")).node()).isEqualTo(this.cluster.primary().id());
	}

	@Test
	void writeRightAfterASwitchoverGoesToTheNewPrimary() {
		for (int i = 0; i < 6; i++) {
			assertThat(post("/demo/switchover").status()).isEqualTo(200);
			Answer write = post("/orders", order("ada", "at once"));
			assertThat(write.status()).isEqualTo(201);
			assertThat(write.node()).isEqualTo(this.cluster.primary().id());
		}
	}

	@Test
	void promotionIsFollowedAndTheOldPrimaryFenced() {
		String before = this.cluster.primary().id();
		String candidate = this.cluster.replicas().get(0).id();
		try (Traffic traffic = new Traffic(this.port, 2, 0)) {
			Answer answer = post("/demo/promote/" + candidate);
			long done = System.nanoTime();
			assertThat(answer.status()).isEqualTo(200);
			Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
				JsonNode nodes = get("/actuator/health/db").json().get("components");
				assertThat(detail(nodes, candidate, "role")).isEqualToIgnoringCase("primary");
				assertThat(detail(nodes, before, "status")).isEqualToIgnoringCase("fenced");
			});
			report("promotion", done);
			Answer write = post("/orders", order("ada", "after"));
			assertThat(write.status()).isEqualTo(201);
			assertThat(write.node()).isEqualTo(candidate);
			traffic.awaitReads(20);
			traffic.end();
			assertThat(traffic.failedReads()).isEmpty();
		}
		Set<String> readers = new HashSet<>();
		for (int i = 0; i < 10; i++) {
			readers.add(get("/orders?limit=1&customer=ada").node());
		}
		assertThat(readers).doesNotContain(before).hasSize(1);
	}

	@Test
	void readsGoOnThroughTheLossAndTheReturnOfAReplica() {
		String replica = this.cluster.replicas().get(1).id();
		try (Traffic traffic = new Traffic(this.port, 8, 0)) {
			traffic.awaitReadFrom(replica);
			// Refused until the other standby, which a test before may have brought back,
			// streams
			Awaitility.await().atMost(LIMIT).until(() -> post("/demo/kill/" + replica).status() == 200);
			traffic.awaitReads(200);
			assertThat(get("/actuator/health").status()).isEqualTo(200);
			assertThat(get("/actuator/health/readiness").status()).isEqualTo(200);
			assertThat(post("/demo/rejoin/" + replica).status()).isEqualTo(200);
			long back = System.nanoTime();
			traffic.awaitReadFrom(replica);
			report("return of a replica", back);
			assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(5));
			traffic.end();
			assertThat(traffic.failedReads()).isEmpty();
		}
	}

	@Test
	void writesGoOnWhenTheSupervisorHasReplacedADeadPrimary() {
		String before = this.cluster.primary().id();
		try (Traffic traffic = new Traffic(this.port, 2, 0)) {
			traffic.awaitReads(10);
			assertThat(post("/demo/kill-primary").json().get("done").asString()).contains(before);
			long dead = System.nanoTime();
			Answer write = post("/orders", order("ada", "through"));
			report("first write after the death of the primary", dead);
			assertThat(write.status()).isEqualTo(201);
			assertThat(write.node()).isNotEqualTo(before);
			assertThat(write.role()).isEqualTo("primary");
			traffic.awaitReads(20);
			traffic.end();
			assertThat(traffic.failedReads()).isEmpty();
		}
	}

	@Test
	void writesGoOnWhenTheSupervisorHasReplacedAFrozenPrimary() {
		String before = this.cluster.primary().id();
		assertThat(post("/demo/freeze-primary").status()).isEqualTo(200);
		long frozen = System.nanoTime();
		Awaitility.await().atMost(LIMIT).until(() -> {
			Answer write = post("/orders", order("ada", "through"));
			return write.status() == 201 && !before.equals(write.node());
		});
		report("first write after the primary froze", frozen);
	}

	@Test
	void ordersThroughTwoLostPrimariesAndASwitchoverAreAllPlacedOnce() throws SQLException {
		String ordersOfTraffic = "select count(*) from orders where customer = 'traffic'";
		long before = Long.parseLong(ask(this.cluster.primary(), ordersOfTraffic));
		try (Traffic traffic = new Traffic(this.port, 2, 8)) {
			traffic.awaitWrites(50);
			String first = this.cluster.primary().id();
			assertThat(post("/demo/kill-primary").status()).isEqualTo(200);
			awaitSuccessor(first);
			traffic.awaitWrites(50);
			assertThat(post("/demo/rejoin/" + first).status()).isEqualTo(200);
			String second = this.cluster.primary().id();
			assertThat(post("/demo/freeze-primary").status()).isEqualTo(200);
			awaitSuccessor(second);
			traffic.awaitWrites(50);
			assertThat(post("/demo/rejoin/" + second).status()).isEqualTo(200);
			assertThat(post("/demo/switchover").status()).isEqualTo(200);
			traffic.awaitWrites(50);
			traffic.end();
			assertThat(traffic.failedWrites()).isEmpty();
			assertThat(traffic.failedReads()).isEmpty();
			long after = Long.parseLong(ask(this.cluster.primary(), ordersOfTraffic));
			assertThat(after - before).isEqualTo(traffic.placed().size());
			assertThat(ask(this.cluster.primary(),
					"select count(distinct item) from (select item from orders"
							+ " where customer = 'traffic' order by id offset " + before + ") placed"))
				.isEqualTo(Integer.toString(traffic.placed().size()));
		}
	}

	private void awaitSuccessor(String lost) {
		Awaitility.await().atMost(LIMIT).until(() -> {
			Topology topology = this.dataSource.topology();
			return topology.primary() != null && !topology.primary().id().equals(lost);
		});
	}

	@Test
	void lossThatWouldLeaveNoStandbyIsRefused() {
		String replica = this.cluster.replicas().get(0).id();
		assertThat(post("/demo/kill/" + replica).status()).isEqualTo(200);
		for (String operation : List.of("kill-primary", "freeze-primary",
				"kill/" + this.cluster.replicas().get(0).id())) {
			Answer answer = post("/demo/" + operation);
			assertThat(answer.status()).as(operation).isEqualTo(409);
			assertThat(answer.json().get("detail").asString()).contains("/demo/rejoin/");
		}
	}

	@Test
	void replicaWithPausedReplayServesNoReadsUntilItHasCaughtUp() {
		String replica = this.cluster.replicas().get(0).id();
		assertThat(post("/demo/pause-replay/" + replica).status()).isEqualTo(200);
		post("/orders", order("ada", "unseen"));
		Awaitility.await().atMost(LIMIT).until(() -> !readers(6).contains(replica));
		assertThat(get("/actuator/health").status()).isEqualTo(200);
		assertThat(post("/demo/resume-replay/" + replica).status()).isEqualTo(200);
		Awaitility.await().atMost(LIMIT).until(() -> readers(6).contains(replica));
	}

	@Test
	void operationWhenTheNodeIsUnknownAnswersNotFound() {
		for (String operation : List.of("promote", "kill", "thaw", "rejoin", "pause-replay", "resume-replay")) {
			Answer answer = post("/demo/" + operation + "/node-9");
			assertThat(answer.status()).as(operation).isEqualTo(404);
			assertThat(answer.json().get("detail").asString()).contains("node-9");
		}
	}

	@Test
	void operationWhenItIsImpossibleAnswersConflictWithTheReason() {
		String primary = this.cluster.primary().id();
		String replica = this.cluster.replicas().get(0).id();
		for (String operation : List.of("promote/" + primary, "rejoin/" + primary, "pause-replay/" + primary,
				"resume-replay/" + primary, "thaw/" + replica)) {
			Answer answer = post("/demo/" + operation);
			assertThat(answer.status()).as(operation).isEqualTo(409);
			assertThat(answer.json().get("detail").asString()).isNotBlank();
		}
		post("/demo/kill/" + replica);
		assertThat(post("/demo/kill/" + replica).status()).isEqualTo(409);
		assertThat(post("/demo/promote/" + replica).status()).isEqualTo(409);
	}

	private Set<String> readers(int requests) {
		Set<String> nodes = new HashSet<>();
		for (int i = 0; i < requests; i++) {
			nodes.add(get("/orders?limit=1&customer=ada").node());
		}
		return nodes;
	}

	private void awaitRoles(String what, long since, String primary, String replica) {
		Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(LIMIT).untilAsserted(() -> {
			JsonNode nodes = get("/actuator/health/db").json().get("components");
			assertThat(detail(nodes, primary, "role")).isEqualToIgnoringCase("primary");
			assertThat(detail(nodes, replica, "role")).isEqualToIgnoringCase("replica");
		});
		report(what, since);
	}

	private static void report(String what, long since) {
		log.info("{}: seen after {} ms", what, Duration.ofNanos(System.nanoTime() - since).toMillis());
	}

	private static String detail(JsonNode components, String node, String name) {
		return components.get(node).get("details").get(name).asString();
	}

	private static List<String> roles(JsonNode nodes) {
		return nodes.valueStream()
			.map((node) -> node.get("id").asString() + " " + node.get("role").asString())
			.toList();
	}

}
