package io.nexs.sample.order;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.nexs.sample.AbstractSampleTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@TestInstance(Lifecycle.PER_CLASS)
class OrderEndpointsTests extends AbstractSampleTests {

	@Autowired
	private List<OrderEndpoints> endpoints;

	List<String> paths() {
		return this.endpoints.stream()
			.map((bean) -> MergedAnnotations.from(bean.getClass()).get(RequestMapping.class).getStringArray("path")[0])
			.toList();
	}

	@Test
	void pathsAreThoseOfAllKindsOfAccess() {
		List<String> expected = new ArrayList<>(List.of("/orders", "/jpa/orders"));
		if (JRE.currentVersionNumber() >= 21) {
			expected.add("/jooq/orders");
		}
		assertThat(paths()).containsExactlyInAnyOrderElementsOf(expected);
	}

	@ParameterizedTest
	@MethodSource("paths")
	void placeAnswersTheOrderFromThePrimary(String path) {
		Answer answer = post(path, order("ada", "book"));
		assertThat(answer.status()).isEqualTo(201);
		JsonNode order = answer.json();
		assertThat(order.propertyNames()).containsExactlyInAnyOrder("id", "customer", "item", "quantity", "price",
				"createdAt");
		assertThat(order.get("customer").asString()).isEqualTo("ada");
		assertThat(order.get("item").asString()).isEqualTo("book");
		assertThat(order.get("quantity").asInt()).isEqualTo(2);
		assertThat(order.get("price").decimalValue()).isEqualByComparingTo(new BigDecimal("9.90"));
		assertThat(Instant.parse(order.get("createdAt").asString())).isCloseTo(Instant.now(),
				within(Duration.ofMinutes(1)));
		assertThat(answer.headers().getFirst(HttpHeaders.LOCATION)).endsWith(path + "/" + order.get("id").asLong());
		assertThat(answer.node()).isEqualTo(this.cluster.primary().id());
		assertThat(answer.role()).isEqualTo("primary");
		assertThat(answer.route()).isEqualTo("write-transaction");
	}

	@ParameterizedTest
	@MethodSource("paths")
	void findAnswersTheOrderFromBothReplicas(String path) throws Exception {
		long id = post(path, order("ada", "pen")).json().get("id").asLong();
		awaitReplay();
		Set<String> nodes = new HashSet<>();
		for (int i = 0; i < 10; i++) {
			Answer answer = get(path + "/" + id);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json().get("id").asLong()).isEqualTo(id);
			assertThat(answer.json().get("item").asString()).isEqualTo("pen");
			assertThat(answer.role()).isEqualTo("replica");
			assertThat(answer.route()).isEqualTo("read-only");
			nodes.add(answer.node());
		}
		assertThat(nodes).containsExactlyInAnyOrderElementsOf(
				this.cluster.replicas().stream().map((replica) -> replica.id()).toList());
	}

	@ParameterizedTest
	@MethodSource("paths")
	void findWhenThereIsNoOrderAnswersNotFoundFromAReplica(String path) {
		Answer answer = get(path + "/987654321");
		assertProblem(answer, 404);
		assertThat(answer.json().get("detail").asString()).contains("987654321");
		assertThat(answer.role()).isEqualTo("replica");
		assertThat(answer.node()).isNotBlank();
		assertThat(answer.route()).isEqualTo("read-only");
	}

	@ParameterizedTest
	@MethodSource("paths")
	void findWhenIdIsNoNumberAnswersBadRequest(String path) {
		Answer answer = get(path + "/first");
		assertProblem(answer, 400);
		assertThat(answer.node()).isNull();
	}

	@ParameterizedTest
	@MethodSource("paths")
	void ofCustomerAnswersAllOrdersNewestFirst(String path) throws Exception {
		String customer = "c-" + UUID.randomUUID();
		for (String item : new String[] { "one", "two", "three" }) {
			post(path, order(customer, item));
		}
		post(path, order("somebody else", "four"));
		awaitReplay();
		Answer answer = get(path + "?customer=" + customer);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.role()).isEqualTo("replica");
		assertThat(answer.json().isArray()).isTrue();
		assertThat(items(answer)).containsExactly("three", "two", "one");
		assertThat(items(get(path + "?limit=2&customer=" + customer))).containsExactly("three", "two");
		assertThat(items(get(path + "?customer=nobody-" + customer))).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/orders,limit=0&customer=ada", "/orders,limit=1001&customer=ada", "/orders,limit=x&customer=ada",
			"/orders,limit=5", "/orders,customer=", "/jpa/orders,limit=-1&customer=ada", "/jpa/orders,limit=5" })
	void ofCustomerWhenInputIsBadAnswersBadRequest(String path, String query) {
		Answer answer = get(path + "?" + query);
		assertProblem(answer, 400);
		assertThat(answer.node()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "customer,", "customer,' '", "item,", "item,''", "quantity,", "quantity,0", "quantity,-1", "price,",
			"price,-0.01", "price,1.001" })
	void placeWhenAFieldIsBadAnswersBadRequestThatNamesIt(String field, String value) {
		for (String path : paths()) {
			Map<String, Object> order = new HashMap<>(order("ada", "book"));
			order.put(field, value);
			Answer answer = post(path, order);
			assertProblem(answer, 400);
			assertThat(answer.json().get("errors").get(0).get("field").asString()).isEqualTo(field);
			assertThat(answer.json().get("errors").get(0).get("message").asString()).isNotBlank();
			assertThat(answer.node()).isNull();
		}
	}

	@ParameterizedTest
	@MethodSource("paths")
	void placeAnswersThePriceAsItIsStored(String path) throws Exception {
		Map<String, Object> order = new HashMap<>(order("ada", "pencil"));
		order.put("price", 1);
		JsonNode placed = post(path, order).json();
		awaitReplay();
		assertThat(get(path + "/" + placed.get("id").asLong()).json()).isEqualTo(placed);
	}

	@Test
	void placeWhenBodyIsNoJsonAnswersBadRequest() {
		this.client.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"customer\":")
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
	}

	@Test
	void headersNameTheServerThatWasAsked() {
		Set<String> nodes = new HashSet<>();
		for (String path : new String[] { "/test/server/read", "/test/server/read", "/test/server/read",
				"/test/server/write", "/test/server/plain" }) {
			Answer answer = get(path);
			JsonNode server = answer.json();
			assertThat(server.get("port").asInt()).isEqualTo(this.cluster.node(answer.node()).directPort());
			assertThat(server.get("inRecovery").asBoolean()).isEqualTo(answer.role().equals("replica"));
			assertThat(answer.role()).isEqualTo(path.endsWith("/read") ? "replica" : "primary");
			nodes.add(answer.node());
		}
		assertThat(nodes).hasSize(3);
		assertThat(get("/test/server/plain").route()).isEqualTo("no-transaction");
	}

	@Test
	void failureOfTheDatabaseAnswersAProblemWithoutItsDetailsAndWithTheNode() {
		Answer answer = get("/test/server/fail");
		assertProblem(answer, 500);
		assertThat(answer.json().toString()).doesNotContain("select", "SQL", "zero");
		assertThat(answer.role()).isEqualTo("replica");
		assertThat(answer.node()).isNotBlank();
	}

	private static void assertProblem(Answer answer, int status) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.headers().getContentType()).isNotNull()
			.matches(MediaType.APPLICATION_PROBLEM_JSON::isCompatibleWith);
		assertThat(answer.json().get("status").asInt()).isEqualTo(status);
	}

	private static String[] items(Answer answer) {
		return answer.json().valueStream().map((order) -> order.get("item").asString()).toArray(String[]::new);
	}

}
