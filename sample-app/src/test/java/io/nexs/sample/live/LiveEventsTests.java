package io.nexs.sample.live;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.failover.FailoverEvent;
import io.nexs.postgres.safety.SafetyEvent;
import io.nexs.sample.AbstractSampleTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LiveEventsTests extends AbstractSampleTests {

	@Autowired
	private ApplicationEventPublisher publisher;

	@AfterEach
	void endLoad() throws SQLException {
		this.client.delete().uri("/live/load").exchange();
		heal();
	}

	@Test
	void streamBeginsWithHistoryAndState() throws Exception {
		try (EventStream stream = new EventStream(this.port, null)) {
			stream.await("history", "\"start\"");
			JsonNode state = this.json.readTree(stream.await("state", "").data());
			assertThat(state.get("primary").asString()).isEqualTo(this.cluster.primary().id());
			assertThat(state.get("nodes").size()).isEqualTo(3);
		}
	}

	@Test
	void stateIsToldWhenNothingHappens() throws Exception {
		try (EventStream stream = new EventStream(this.port, null)) {
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> stream.named("state").size() >= 3);
			assertThat(stream.named("event")).isEmpty();
		}
	}

	@Test
	void lossOfThePrimaryIsToldAsItHappens() throws Exception {
		String killed = this.cluster.primary().id();
		try (EventStream stream = new EventStream(this.port, null)) {
			stream.await("state", "\"primary\":\"" + killed + "\"");
			assertThat(post("/demo/kill-primary").status()).isEqualTo(200);
			stream.await("event", "FailoverCompleted");
			String successor = this.cluster.primary().id();
			stream.await("state", "\"primary\":\"" + successor + "\"");
			assertThat(stream.await("event", "\"StatusChanged\"").data()).contains(killed);
			assertThat(stream.await("event", "\"RoleChanged\",\"text\":\"" + successor).data()).contains("PRIMARY");
		}
	}

	@Test
	void whatEndangersTheApplicationIsToldAsItIsFound() throws Exception {
		try (EventStream stream = new EventStream(this.port, null)) {
			stream.await("history", "");
			SafetyEvent found = new SafetyEvent.ConcurrentUse(Instant.now(), "node-1", "first", "second", List.of());
			this.publisher.publishEvent(found);
			assertThat(stream.await("event", "\"ConcurrentUse\"").data()).contains(found.describe());
		}
	}

	@Test
	void streamThatComesBackGetsOnlyWhatItMissed() throws Exception {
		EventStream.Message seen;
		try (EventStream stream = new EventStream(this.port, null)) {
			stream.await("history", "");
			happen("first");
			seen = stream.await("event", "first");
		}
		happen("second");
		try (EventStream stream = new EventStream(this.port, seen.id())) {
			assertThat(stream.await("history", "").data()).contains("second").doesNotContain("first");
		}
		String other = "other" + seen.id().substring(seen.id().indexOf('-'));
		for (String strange : List.of(other, "", "nonsense", seen.id() + "x")) {
			try (EventStream stream = new EventStream(this.port, strange)) {
				assertThat(stream.await("history", "").data()).as(strange).contains("first", "second");
			}
		}
	}

	@Test
	void streamWithoutAnythingMissedKeepsItsPlace() throws Exception {
		happen("before");
		String id;
		try (EventStream stream = new EventStream(this.port, null)) {
			id = stream.await("history", "before").id();
		}
		try (EventStream stream = new EventStream(this.port, id)) {
			EventStream.Message history = stream.await("history", "");
			assertThat(history.data()).contains("\"events\":[]");
			assertThat(history.id()).isEqualTo(id);
		}
	}

	@Test
	void trafficIsBoundedAndEndsOnDemand() throws SQLException {
		String primary = this.cluster.primary().id();
		String count = "select count(*) from orders where customer = '" + LiveLoad.CUSTOMER + "'";
		long before = Long.parseLong(ask(this.cluster.primary(), count));
		assertThat(post("/live/load").json().get("running").asBoolean()).isTrue();
		assertThat(post("/live/load").json().get("running").asBoolean()).isTrue();
		assertThat(threads("live-load")).hasSize(2);
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
			JsonNode state = get("/live/state").json();
			state.get("nodes").forEach((node) -> {
				boolean isPrimary = node.get("id").asString().equals(primary);
				assertThat(node.get("traffic").get(isPrimary ? "writes" : "reads").asDouble()).isPositive();
				assertThat(node.get("traffic").get(isPrimary ? "reads" : "writes").asDouble()).isZero();
			});
			assertThat(state.get("load").get("secondsLeft").asLong()).isBetween(1L, 30L);
		});
		this.client.delete().uri("/live/load").exchange().expectStatus().isNoContent();
		Awaitility.await().atMost(LIMIT).until(() -> threads("live-load").isEmpty());
		JsonNode load = get("/live/state").json().get("load");
		assertThat(load.get("running").asBoolean()).isFalse();
		assertThat(Long.parseLong(ask(this.cluster.primary(), count)) - before).isEqualTo(load.get("orders").asLong())
			.isPositive();
	}

	@Test
	void pageOfAnotherSiteMayChangeNothing() {
		String primary = this.cluster.primary().id();
		for (String site : List.of("cross-site", "same-site")) {
			this.client.post()
				.uri("/demo/switchover")
				.header("Sec-Fetch-Site", site)
				.exchange()
				.expectStatus()
				.isForbidden();
		}
		assertThat(this.cluster.primary().id()).isEqualTo(primary);
		this.client.post()
			.uri("/demo/thaw/node-9")
			.header("Sec-Fetch-Site", "same-origin")
			.exchange()
			.expectStatus()
			.isNotFound();
	}

	@Test
	void pageIsAnsweredToABrowserAndToCurl() {
		for (String accept : List.of("text/html,*/*;q=0.8", "*/*")) {
			this.client.get()
				.uri("/")
				.header(HttpHeaders.ACCEPT, accept)
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.valueEquals("Content-Security-Policy", PageHeaders.POLICY)
				.expectBody(String.class)
				.value((page) -> assertThat(page).contains("<svg id=\"map\"")
					.doesNotContain("http://", "https://", " style=", " onclick="));
		}
	}

	@Test
	void pageIsRefusedWhenTooManyAreOpen() throws Exception {
		List<EventStream> open = new ArrayList<>();
		try {
			Awaitility.await().atMost(LIMIT).until(() -> threads("live-client").isEmpty());
			for (int i = 0; i < LiveHub.LIMIT; i++) {
				open.add(new EventStream(this.port, null));
			}
			assertThatIllegalStateException().isThrownBy(() -> new EventStream(this.port, null)).withMessage("503 5");
			assertThat(threads("live-client")).hasSize(LiveHub.LIMIT);
		}
		finally {
			for (EventStream stream : open) {
				stream.close();
			}
		}
		Awaitility.await().atMost(LIMIT).until(() -> threads("live-client").isEmpty());
	}

	private void happen(String what) {
		Node node = this.dataSource.topology().nodes().get(0).node();
		this.publisher.publishEvent(new FailoverEvent.FailoverStarted(node, what, Duration.ofMillis(1)));
	}

	private static List<String> threads(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((thread) -> thread.startsWith(name))
			.toList();
	}

}
