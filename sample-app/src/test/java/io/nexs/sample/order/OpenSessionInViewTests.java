package io.nexs.sample.order;

import io.nexs.sample.AbstractSampleTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class OpenSessionInViewTests extends AbstractSampleTests {

	@Test
	void writeWhenTheSessionHasReadFromAReplicaGoesToThePrimary() {
		Answer answer = post("/test/session/read-then-write");
		assertThat(answer.status()).isEqualTo(200);
		JsonNode servers = answer.json();
		assertThat(servers.get("first").get(0).asBoolean()).as("first, read-only, in recovery").isTrue();
		assertThat(servers.get("second").get(0).asBoolean()).as("second, read-write, in recovery").isFalse();
		assertThat(servers.get("second").get(1).asInt()).isEqualTo(this.cluster.primary().directPort());
		assertThat(servers.get("third").get(0).asBoolean()).as("third, read-only, in recovery").isTrue();
		assertThat(answer.role()).isEqualTo("replica");
	}

	@Test
	void lazyDataWhenTheTransactionHasEndedIsLoadedFromTheSameReplica() throws Exception {
		long id = post("/test/session/notes").json().asLong();
		awaitReplay();
		Answer answer = get("/test/session/notes/" + id);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().get("loaded").asBoolean()).isFalse();
		assertThat(answer.json().get("item").asString()).isEqualTo("vase");
		assertThat(answer.json().get("inRecovery").asBoolean()).isTrue();
		assertThat(answer.role()).isEqualTo("replica");
	}

}
