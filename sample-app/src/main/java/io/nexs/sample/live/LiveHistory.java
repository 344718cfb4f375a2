package io.nexs.sample.live;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The latest events, for pages that come later or come back. Thread-safe.
 */
class LiveHistory {

	static final int KEPT = 100;

	private final Deque<LiveEvent> events = new ArrayDeque<>();

	private final Clock clock;

	private long last;

	LiveHistory(Clock clock) {
		this.clock = clock;
	}

	synchronized LiveEvent add(String kind, String text) {
		LiveEvent event = new LiveEvent(++this.last, this.clock.instant(), kind, text);
		this.events.addLast(event);
		if (this.events.size() > KEPT) {
			this.events.removeFirst();
		}
		return event;
	}

	/**
	 * The events after the given one that are still kept, the oldest first.
	 */
	synchronized List<LiveEvent> after(long id) {
		return this.events.stream().filter((event) -> event.id() > id).toList();
	}

}
