package io.nexs.postgres.failover;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest events, the newest first. One thread writes, any may read.
 */
final class Journal {

	private static final int CAPACITY = 100;

	private volatile List<JournalEntry> entries = List.of();

	void add(Instant at, List<String> texts) {
		if (texts.isEmpty()) {
			return;
		}
		List<JournalEntry> next = new ArrayList<>(this.entries);
		texts.forEach((text) -> next.add(0, new JournalEntry(at, text)));
		this.entries = List.copyOf(next.subList(0, Math.min(CAPACITY, next.size())));
	}

	List<JournalEntry> entries() {
		return this.entries;
	}

}
