package io.nexs.postgres.safety;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What was found: what lasts, by where it was looked for, and the latest. One thread
 * feeds it, any may read.
 */
final class Findings {

	private static final int KEPT = 100;

	private static final int KEYS = 1000;

	/** The same place is not named again as long as it goes on being found. */
	private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

	private final AtomicLongArray counts = new AtomicLongArray(SafetyKind.values().length);

	private final Map<Object, Map<Object, SafetyEvent>> bySource = new LinkedHashMap<>();

	/** When something was found last at a place, oldest first. */
	private final Map<Object, Long> places = new LinkedHashMap<>();

	private volatile List<SafetyEvent> lasting = List.of();

	private volatile List<Kept> recent = List.of();

	/**
	 * Takes all that one source finds now.
	 * @param source who looked
	 * @param now the findings, by what makes each the same as before
	 * @return those that are new
	 */
	List<SafetyEvent> present(Object source, Map<?, ? extends SafetyEvent> now) {
		Map<Object, SafetyEvent> before = this.bySource.getOrDefault(source, Map.of());
		Map<Object, SafetyEvent> after = new LinkedHashMap<>();
		List<SafetyEvent> added = new ArrayList<>();
		now.forEach((key, event) -> {
			SafetyEvent known = before.get(key);
			after.put(key, (known != null) ? known : event);
			if (known == null) {
				added.add(event);
			}
		});
		if (before.isEmpty() && after.isEmpty()) {
			return List.of();
		}
		this.bySource.put(source, after);
		this.lasting = this.bySource.values().stream().map(Map::values).flatMap(Collection::stream).toList();
		added.forEach(this::keep);
		return added;
	}

	/**
	 * Takes what is over in the moment it is found.
	 * @param place where, so that it is not told again and again
	 * @return whether it is to be told
	 */
	boolean happened(SafetyEvent event, Object place) {
		long now = System.nanoTime();
		Long before = this.places.remove(place);
		this.places.put(place, now);
		if (this.places.size() > KEYS) {
			this.places.remove(this.places.keySet().iterator().next());
		}
		if (before != null && now - before < QUIET_NANOS) {
			this.counts.incrementAndGet(event.kind().ordinal());
			return false;
		}
		keep(event);
		return true;
	}

	private void keep(SafetyEvent event) {
		this.counts.incrementAndGet(event.kind().ordinal());
		List<Kept> next = new ArrayList<>(this.recent.size() + 1);
		next.add(new Kept(event, System.nanoTime()));
		next.addAll(this.recent.subList(0, Math.min(KEPT - 1, this.recent.size())));
		this.recent = List.copyOf(next);
	}

	/**
	 * Nobody looks any more.
	 */
	void forgetLasting() {
		this.bySource.clear();
		this.lasting = List.of();
	}

	long count(SafetyKind kind) {
		return this.counts.get(kind.ordinal());
	}

	/**
	 * What was there when it was last looked for.
	 */
	List<SafetyEvent> lasting() {
		return this.lasting;
	}

	/**
	 * The latest, the newest first.
	 */
	List<SafetyEvent> recent() {
		return this.recent.stream().map(Kept::event).toList();
	}

	/**
	 * What was over in the moment it was found, and not longer ago than a time.
	 */
	List<SafetyEvent> momentary(Duration ago) {
		long now = System.nanoTime();
		return this.recent.stream()
			.filter((kept) -> kept.event().kind() == SafetyKind.SERVER_DEADLOCK
					|| kept.event().kind() == SafetyKind.CONCURRENT_USE)
			.filter((kept) -> now - kept.nanoTime() < ago.toNanos())
			.map(Kept::event)
			.toList();
	}

	/**
	 * An event and when it was found.
	 *
	 * @param event the event
	 * @param nanoTime when, in the time of {@link System#nanoTime()}
	 */
	private record Kept(SafetyEvent event, long nanoTime) {

	}

}
