package io.nexs.postgres.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import org.awaitility.Awaitility;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application under eight writers on a cluster of its own. At its end everything that
 * was borrowed is given back, and no thread is left.
 */
final class Chaos implements AutoCloseable {

	private final EmbeddedCluster cluster;

	private final ConfigurableApplicationContext context;

	private final Writers writers;

	Chaos(EmbeddedCluster cluster, String dsn, Class<? extends Work> work, String... properties) {
		this.cluster = cluster;
		this.context = ChaosApplication.start(dsn, properties);
		this.writers = new Writers(this.context.getBean(work));
	}

	static Chaos retried(EmbeddedCluster cluster) {
		return new Chaos(cluster, cluster.dsn(), Work.Retried.class, "nexs.db.transaction.outcome=marker");
	}

	static Chaos once(EmbeddedCluster cluster, String outcome) {
		return new Chaos(cluster, cluster.dsn(), Work.Once.class, "nexs.db.transaction.outcome=" + outcome);
	}

	Writers writers() {
		return this.writers;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ClusterMonitor monitor() {
		return bean(ClusterMonitor.class);
	}

	NodePool pool(EmbeddedNode node) {
		return bean(NodePools.class).of(node.id());
	}

	NodeState state(EmbeddedNode node) {
		return monitor().topology().node(node.id());
	}

	/**
	 * Waits until the application knows that the node is the primary.
	 */
	void awaitPrimary(EmbeddedNode node) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> {
			NodeState primary = monitor().topology().primary();
			return primary != null && primary.id().equals(node.id());
		});
	}

	/**
	 * What was acknowledged is there exactly once, nothing is there twice, nothing that
	 * was said to be rolled back is there, and no transaction is there by half.
	 */
	void assertNothingLostOrDoubled() {
		Map<Long, Integer> rows = assertNothingDoubled();
		List<Long> lost = this.writers.journal()
			.stream()
			.filter((call) -> call.isAcknowledged() && !rows.containsKey(call.id()))
			.map(Call::id)
			.toList();
		assertThat(lost).as("acknowledged and lost").isEmpty();
	}

	Map<Long, Integer> assertNothingDoubled() {
		EmbeddedNode primary = this.cluster.primary();
		Map<Long, Integer> rows = Servers.rows(primary);
		assertThat(rows.entrySet().stream().filter((row) -> row.getValue() != 1)).as("more than once").isEmpty();
		List<Call> denied = this.writers.journal()
			.stream()
			.filter((call) -> call.isSaidRolledBack() && rows.containsKey(call.id()))
			.toList();
		assertThat(denied).as("said to be rolled back and there").isEmpty();
		assertThat(Servers.ask(primary, "select sum(number) from tally")).as("transactions as a whole")
			.isEqualTo(Integer.toString(rows.size()));
		return rows;
	}

	List<Call> failures() {
		return this.writers.journal().stream().filter((call) -> !call.isAcknowledged()).toList();
	}

	void assertNoCallFailed() {
		assertThat(failures()).isEmpty();
	}

	void assertEverythingGivenBack() {
		for (NodePool pool : bean(NodePools.class).all()) {
			assertThat(pool.lent()).as("lent by " + pool).isZero();
			assertThat(pool.snapshot().waiting()).as("waiting at " + pool).isZero();
		}
	}

	/**
	 * A server that stands still would be waited for.
	 */
	@Override
	public void close() {
		this.writers.abandon();
		this.cluster.nodes().stream().filter(EmbeddedNode::isFrozen).forEach(EmbeddedNode::kill);
		this.context.close();
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces()
				.keySet()
				.stream()
				.map(Thread::getName)
				.filter((name) -> name.startsWith("nexs-db-"))
				.collect(Collectors.toList())).isEmpty());
	}

}
