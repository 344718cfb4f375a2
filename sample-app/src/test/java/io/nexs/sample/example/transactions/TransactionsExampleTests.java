package io.nexs.sample.example.transactions;

import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.retry.RetryCause;
import io.nexs.postgres.retry.RetryManager;
import io.nexs.sample.example.AbstractExampleTests;
import io.nexs.sample.example.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

class TransactionsExampleTests extends AbstractExampleTests {

	@Autowired
	private Accounts accounts;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private RetryManager retry;

	@AfterEach
	void healCluster() throws Exception {
		heal();
	}

	@Test
	void exampleWhenRunEndsTransactionsAsItSays() throws Exception {
		long retries = this.retry.statistics().retries(RetryCause.SERIALIZATION);
		List<JsonNode> steps = run("transactions");
		assertThat(steps).hasSize(7);
		assertThat(routes(steps.get(0))).contains("replica, read-only");
		assertThat(routes(steps.get(1))).contains("primary, write-transaction");
		assertThat(result(steps.get(2))).isEqualTo("ada has 40");
		assertThat(steps.get(2).get("routes").size()).isOne();
		assertThat(routes(steps.get(2))).contains("primary, write-transaction");
		assertThat(result(steps.get(3))).contains("read-only transaction");
		assertThat(result(steps.get(4))).isEqualTo("without the bonus, ada has 50");
		assertThat(result(steps.get(5)))
			.matches("(ada got it, bob got nothing|ada got nothing, bob got it), after 3 attempts; 0 left");
		assertThat(this.retry.statistics().retries(RetryCause.SERIALIZATION)).isGreaterThan(retries);
		assertThat(result(steps.get(6))).startsWith("the connection was cut; commit() returned, bob had ");
		String[] words = result(steps.get(6)).split(" ");
		assertThat(Integer.parseInt(words[words.length - 1])).isEqualTo(Integer.parseInt(words[words.length - 4]) + 5);
	}

	@Test
	void exampleWhenTheServersAreNotEmbeddedCutsNoConnection() throws Exception {
		List<Step> steps = runSteps(
				new TransactionsExample(this.accounts, this.transactions, none(EmbeddedCluster.class)));
		assertThat(steps).hasSize(7);
		assertThat(steps.get(6).result().toString()).startsWith("left out");
	}

}
