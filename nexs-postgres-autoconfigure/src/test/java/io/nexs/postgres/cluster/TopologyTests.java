package io.nexs.postgres.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.nexs.postgres.dsn.PostgresDsn;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The values users meet: what they say, what they refuse, what they keep to themselves.
 */
class TopologyTests {

	private final ClusterScript cluster = new ClusterScript(2);

	@Test
	void descriptionWhenNodesAreInTroubleSaysWhy() {
		this.cluster.healthy(100).fails(1, 3);
		assertThat(this.cluster.topology().describe())
			.isEqualTo("node-1 10.0.0.1:5432 UNKNOWN UNHEALTHY (08001: refused); node-2 10.0.0.2:5432 REPLICA HEALTHY");
		this.cluster.primary(1, 2, 300).primary(2, 2, 300);
		assertThat(this.cluster.topology().describe()).endsWith("; conflict SAME_TIMELINE");
	}

	@Test
	void nodeWhenUnknownIsRefusedWithTheKnownOnes() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.topology().node("node-9"))
			.withMessage("No node 'node-9', only node-1, node-2");
	}

	@Test
	void nodeWhenPrintedKeepsThePassword() {
		Node node = new Node("a", PostgresDsn.parse("postgres://app:geheim@db:5433/shop"), 3, "eu-1", Set.of("big"));
		this.cluster.healthy(100);
		assertThat(node).hasToString("a (db:5433)");
		assertThat(Topology.initial(List.of(node)).toString()).doesNotContain("geheim");
	}

	@Test
	void nodeWhenMalformedIsRefused() {
		PostgresDsn dsn = PostgresDsn.parse("postgres://db/shop");
		assertThatIllegalArgumentException().isThrownBy(() -> new Node(" ", dsn));
		assertThatIllegalArgumentException().isThrownBy(() -> new Node("a", dsn, -1, null, Set.of()))
			.withMessageContaining("-1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Node("a", PostgresDsn.parse("postgres://one,two/shop")))
			.withMessageContaining("exactly one host");
	}

	@Test
	void settingsWhenMalformedAreRefused() {
		MonitorSettings settings = MonitorSettings.defaults();
		Duration second = Duration.ofSeconds(1);
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withTimes(second, second.plusMillis(1), second))
			.withMessageContaining("longer");
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withTimes(second, second, Duration.ZERO))
			.withMessageContaining("timeout");
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withThresholds(0, 1));
		assertThatIllegalArgumentException().isThrownBy(() -> settings.withMaxLag(second, -1));
	}

	@Test
	void termWhenALaterOneOfTheSameSystemBeginsIsSuperseded() {
		Term term = new Term("sys-1", 2);
		assertThat(term.isSupersededBy(new Term("sys-1", 3))).isTrue();
		assertThat(term.isSupersededBy(new Term("sys-1", 2))).isFalse();
		assertThat(term.isSupersededBy(new Term("sys-9", 3))).isFalse();
	}

	@Test
	void logWhenAStatusChangesNamesNodeRoleAndReason() {
		this.cluster.healthy(100).fails(2);
		assertThat(TopologyLog.text(this.cluster.topology(), this.cluster.events.get(0)))
			.isEqualTo("node-2 (10.0.0.2:5432) REPLICA HEALTHY -> SUSPECT: 08001: refused");
		this.cluster.events.clear();
		this.cluster.primary(2, 2, 200);
		assertThat(this.cluster.events).extracting((event) -> TopologyLog.text(this.cluster.topology(), event))
			.containsExactly("node-1 (10.0.0.1:5432) PRIMARY HEALTHY -> FENCED: writable on timeline 1, older than 2",
					"node-2 (10.0.0.2:5432) REPLICA -> PRIMARY", "node-2 (10.0.0.2:5432) PRIMARY SUSPECT -> HEALTHY",
					"Primary node-1 (10.0.0.1:5432) -> node-2 (10.0.0.2:5432), timeline 2");
	}

}
