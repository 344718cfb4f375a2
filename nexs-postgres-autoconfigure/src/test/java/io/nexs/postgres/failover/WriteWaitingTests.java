package io.nexs.postgres.failover;

import java.time.Duration;
import java.util.Objects;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.failover.FailoverStatistics.WaitingWrites;
import io.nexs.postgres.failover.WriteWaiting.Ticket;
import io.nexs.postgres.failover.WriteWaiting.Verdict;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Who may wait, and for how long. The clock passes the end of its numbers.
 */
class WriteWaitingTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final long start = Long.MAX_VALUE - SECOND;

	private final Topology with = new Topologies().topology();

	private final Topology without = new Topologies().set(1, NodeRole.UNKNOWN, NodeStatus.UNHEALTHY).topology();

	private final WriteWaiting waiting = new WriteWaiting(new FailoverSettings(Duration.ofSeconds(3), 2));

	@Test
	void writeWhenThereIsNoPrimaryWaitsForTheRestOfItsTimeThenGivesUp() {
		Ticket ticket = enter(this.start);
		assertThat(look(ticket, this.without, 1)).isEqualTo(new Verdict(Verdict.Kind.WAIT, 2 * SECOND));
		assertThat(look(ticket, this.without, 2)).isEqualTo(new Verdict(Verdict.Kind.WAIT, SECOND));
		assertThat(look(ticket, this.without, 3)).isEqualTo(Verdict.GIVE_UP);
		this.waiting.leave(ticket);
		assertThat(this.waiting.snapshot()).isEqualTo(new WaitingWrites(0, 1, 1, 1, 0));
	}

	@Test
	void writeWhenThePrimaryIsLostAgainDoesNotPayForTheTimeBetween() {
		Ticket ticket = enter(this.start);
		assertThat(look(ticket, this.with, 1)).isEqualTo(Verdict.PROCEED);
		assertThat(look(ticket, this.with, 50)).isEqualTo(Verdict.PROCEED);
		assertThat(look(ticket, this.without, 100)).isEqualTo(new Verdict(Verdict.Kind.WAIT, 2 * SECOND));
		assertThat(look(ticket, this.without, 101)).isEqualTo(new Verdict(Verdict.Kind.WAIT, SECOND));
		assertThat(look(ticket, this.without, 102)).isEqualTo(Verdict.GIVE_UP);
	}

	@Test
	void writeWhenTooManyWaitIsRefusedUntilOneLeaves() {
		Ticket first = enter(this.start);
		enter(this.start);
		assertThat(this.waiting.enter(this.start)).isNull();
		this.waiting.leave(first);
		this.waiting.leave(first);
		assertThat(this.waiting.waiting()).isEqualTo(1);
		assertThat(this.waiting.enter(this.start)).isNotNull();
		assertThat(this.waiting.enter(this.start)).isNull();
		assertThat(this.waiting.snapshot()).isEqualTo(new WaitingWrites(2, 2, 3, 0, 2));
	}

	@Test
	void settingsWhenTheyAllowNoWaitAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FailoverSettings.defaults().withWaitTimeout(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> FailoverSettings.defaults().withMaxWaiting(0));
	}

	private Ticket enter(long now) {
		return Objects.requireNonNull(this.waiting.enter(now));
	}

	private Verdict look(Ticket ticket, Topology topology, long seconds) {
		return this.waiting.look(ticket, topology, this.start + seconds * SECOND);
	}

}
