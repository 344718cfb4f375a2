package io.nexs.postgres.simulation;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.ConflictPolicy;

/**
 * Which writes were acknowledged to the application, and what became of them.
 */
final class Ledger {

	private final Client client;

	private final List<Acknowledged> acknowledged = new ArrayList<>();

	private int inDoubt;

	private int timedOut;

	private int rejected;

	private int lost;

	Ledger(Client client) {
		this.client = client;
	}

	void acknowledged(Wal record, Server server) {
		Checks.require(record.root == this.client.world.root, () -> "written to another system: " + server);
		this.client.checks.acknowledged(this.client.monitor.topology(), record.timeline, server);
		this.acknowledged.add(new Acknowledged(record, this.client.world.agenda.now(), this.client.world.jvm.moment()));
	}

	void inDoubt() {
		this.inDoubt++;
	}

	void timedOut() {
		this.timedOut++;
	}

	void rejected() {
		this.rejected++;
	}

	int rejections() {
		return this.rejected;
	}

	int writes() {
		return this.acknowledged.size();
	}

	int inDoubts() {
		return this.inDoubt;
	}

	int timeouts() {
		return this.timedOut;
	}

	int losses() {
		return this.lost;
	}

	/**
	 * A write may be missing only if nobody could know of a newer primary when it was
	 * acknowledged. Where conflicts are refused, a primary that was seen and has vanished
	 * counts for nothing.
	 */
	void check(Server primary) {
		for (Acknowledged write : this.acknowledged) {
			if (!write.record.isIn(primary.received)) {
				this.lost++;
				long seen = this.client.checks.newerSeenAt(write.record.timeline);
				boolean refuses = this.client.world.schedule.settings().onConflict() == ConflictPolicy.REFUSE;
				Checks.require(refuses || write.moment < seen,
						() -> "a write acknowledged at " + write.time / Agenda.MILLI + " ms on timeline "
								+ write.record.timeline + " is lost, though a newer one was seen before");
				Checks.require(!this.client.world.schedule.careful(), () -> "a write acknowledged at "
						+ write.time / Agenda.MILLI + " ms on timeline " + write.record.timeline + " is lost");
			}
		}
	}

	/**
	 * A write.
	 *
	 * @param record its place in the log
	 * @param time when the application was told
	 * @param moment the same, in its place among others
	 */
	private record Acknowledged(Wal record, long time, long moment) {

	}

}
