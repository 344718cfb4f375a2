package io.nexs.postgres.simulation;

import org.jspecify.annotations.Nullable;

/**
 * The log of a server up to one record. Servers that share a history share its records,
 * so to be a prefix is to be an ancestor.
 */
final class Wal {

	private static final long RECORD_BYTES = 3000;

	private static final long FIRST_POSITION = 1_000_000;

	/** Of a record that begins a timeline instead of committing a write. */
	static final long NO_WRITE = -1;

	final @Nullable Wal before;

	/** The first record, of which each cluster has its own. */
	final Wal root;

	final int length;

	final int timeline;

	final long write;

	/** When it was written, in the time of the agenda. */
	final long time;

	private Wal(@Nullable Wal before, int timeline, long write, long time) {
		this.before = before;
		this.root = (before != null) ? before.root : this;
		this.length = (before != null) ? before.length + 1 : 0;
		this.timeline = timeline;
		this.write = write;
		this.time = time;
	}

	static Wal begin() {
		return new Wal(null, 1, NO_WRITE, 0);
	}

	Wal with(int timeline, long write, long time) {
		return new Wal(this, timeline, write, time);
	}

	/**
	 * Whether another log goes on where this one ends, or ends there too.
	 */
	boolean isIn(Wal later) {
		Wal record = later;
		while (record != null && record.length > this.length) {
			record = record.before;
		}
		return record == this;
	}

	/**
	 * This log without its last records.
	 */
	Wal without(int records) {
		Wal record = this;
		for (int i = 0; i < records && record.before != null && record.timeline == this.timeline
				&& record.write != NO_WRITE; i++) {
			record = record.before;
		}
		return record;
	}

	long position() {
		return FIRST_POSITION + this.length * RECORD_BYTES;
	}

}
