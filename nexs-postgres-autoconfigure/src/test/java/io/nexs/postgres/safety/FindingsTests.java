package io.nexs.postgres.safety;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is told once, what lasts, what is kept.
 */
class FindingsTests {

	private final Findings findings = new Findings();

	private static SafetyEvent idle(int pid) {
		return new SafetyEvent.IdleInTransaction(Instant.now(), "node-1", pid, Duration.ofSeconds(9),
				Duration.ofSeconds(9));
	}

	private static SafetyEvent deadlock() {
		return new SafetyEvent.ServerDeadlock(Instant.now(), "node-1", List.of());
	}

	@Test
	void findingWhenItLastsIsNewOnce() {
		SafetyEvent first = idle(1);
		assertThat(this.findings.present("server", Map.of(1, first))).containsExactly(first);
		assertThat(this.findings.present("server", Map.of(1, idle(1)))).isEmpty();
		assertThat(this.findings.lasting()).containsExactly(first);
		assertThat(this.findings.present("other", Map.of())).isEmpty();
		assertThat(this.findings.lasting()).containsExactly(first);
		assertThat(this.findings.present("server", Map.of())).isEmpty();
		assertThat(this.findings.lasting()).isEmpty();
		assertThat(this.findings.recent()).containsExactly(first);
		assertThat(this.findings.present("server", Map.of(1, idle(1)))).hasSize(1);
		assertThat(this.findings.count(SafetyKind.IDLE_IN_TRANSACTION)).isEqualTo(2);
	}

	@Test
	void findingWhenMadeAgainAtTheSamePlaceIsCountedAndNotTold() {
		assertThat(this.findings.happened(deadlock(), "a")).isTrue();
		assertThat(this.findings.happened(deadlock(), "a")).isFalse();
		assertThat(this.findings.happened(deadlock(), "b")).isTrue();
		assertThat(this.findings.count(SafetyKind.SERVER_DEADLOCK)).isEqualTo(3);
		assertThat(this.findings.recent()).hasSize(2);
		assertThat(this.findings.momentary(Duration.ofMinutes(1))).hasSize(2);
		assertThat(this.findings.momentary(Duration.ZERO)).isEmpty();
		assertThat(this.findings.lasting()).isEmpty();
	}

	@Test
	void findingsWhenTheyAreManyAreTheLatestHundred() {
		for (int i = 0; i < 2500; i++) {
			this.findings.happened(idle(i), i);
		}
		assertThat(this.findings.recent()).hasSize(100)
			.first()
			.isInstanceOfSatisfying(SafetyEvent.IdleInTransaction.class,
					(event) -> assertThat(event.backend()).isEqualTo(2499));
		assertThat(this.findings.happened(idle(0), 0)).as("places are forgotten").isTrue();
	}

}
