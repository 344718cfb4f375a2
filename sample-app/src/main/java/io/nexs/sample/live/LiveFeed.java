package io.nexs.sample.live;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.failover.FailoverEvent;
import io.nexs.postgres.safety.SafetyEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Tells the open pages what happens when it happens, and how things are each second: by
 * that a page knows that it is still connected, and a page that is gone is found.
 */
@Component
class LiveFeed implements TopologyListener, DisposableBean {

	private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);

	private final LiveHistory history = new LiveHistory(Clock.systemUTC());

	private final String start = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

	private final LiveHub hub;

	private final LiveStates states;

	private final JsonMapper mapper;

	private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "live-ticks");
		thread.setDaemon(true);
		return thread;
	});

	LiveFeed(LiveHub hub, LiveStates states, TrafficRates rates, JsonMapper mapper) {
		this.hub = hub;
		this.states = states;
		this.mapper = mapper;
		this.ticks.scheduleAtFixedRate(() -> tick(rates), 1, 1, TimeUnit.SECONDS);
	}

	private void tick(TrafficRates rates) {
		try {
			rates.measure(System.nanoTime());
			tellState();
		}
		catch (RuntimeException ex) {
			log.warn("The live page could not be told the state", ex);
		}
	}

	@Override
	public void topologyChanged(Topology topology, List<ClusterEvent> events) {
		if (!events.isEmpty()) {
			tellState();
			events.forEach((event) -> tell(event, event.describe(topology)));
		}
	}

	@EventListener
	void happened(FailoverEvent event) {
		tellState();
		tell(event, event.describe());
	}

	@EventListener
	void found(SafetyEvent event) {
		tell(event, event.describe());
	}

	/**
	 * Adds a page that has seen the events up to the given one.
	 * @param output where its messages go
	 * @param lastEventId id of the last message it got, {@code null} for a new page
	 * @return whether it was added
	 */
	boolean open(LiveClient.Output output, @Nullable String lastEventId) {
		return this.hub.open(output, (client) -> {
			List<LiveEvent> missed = this.history.after(place(lastEventId));
			long last = missed.isEmpty() ? place(lastEventId) : missed.get(missed.size() - 1).id();
			client.event(new LiveMessage("history", id(last), json(new History(this.start, missed))));
			client.state(stateMessage());
		}).isPresent();
	}

	private void tell(Object event, String text) {
		LiveEvent told = this.history.add(event.getClass().getSimpleName(), text);
		this.hub.event(new LiveMessage("event", id(told.id()), json(told)));
	}

	private void tellState() {
		if (this.hub.size() > 0) {
			this.hub.state(stateMessage());
		}
	}

	private LiveMessage stateMessage() {
		return new LiveMessage("state", null, json(this.states.now()));
	}

	private String json(Object value) {
		return this.mapper.writeValueAsString(value);
	}

	private String id(long event) {
		return this.start + "-" + event;
	}

	/**
	 * The number in an id this start of the application gave; else all events are told.
	 */
	private long place(@Nullable String lastEventId) {
		String prefix = this.start + "-";
		if (lastEventId == null || !lastEventId.toLowerCase(Locale.ROOT).startsWith(prefix)) {
			return 0;
		}
		try {
			return Long.parseLong(lastEventId.substring(prefix.length()));
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	@Override
	public void destroy() {
		this.ticks.shutdownNow();
	}

	/**
	 * Events a page has not seen.
	 *
	 * @param start which start of the application counts them
	 * @param events the events, the oldest first
	 */
	private record History(String start, List<LiveEvent> events) {

	}

}
