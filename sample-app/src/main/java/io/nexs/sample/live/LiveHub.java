package io.nexs.sample.live;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The pages that are open. Telling them never waits for one of them. Stops before the web
 * server waits for requests to end, so that open pages do not hold it up. Thread-safe.
 */
@Component
class LiveHub implements SmartLifecycle {

	static final int LIMIT = 32;

	private static final long JOIN_MILLIS = 1000;

	private final Set<LiveClient> clients = ConcurrentHashMap.newKeySet();

	private boolean running;

	private long number;

	/**
	 * Adds a page.
	 * @param output where its messages go
	 * @param first what it is told first
	 * @return the page, or nothing when there are too many or the application ends
	 */
	synchronized Optional<LiveClient> open(LiveClient.Output output, Consumer<LiveClient> first) {
		if (!this.running || this.clients.size() >= LIMIT) {
			return Optional.empty();
		}
		LiveClient client = new LiveClient("live-client-" + ++this.number, output, this.clients::remove);
		first.accept(client);
		this.clients.add(client);
		client.start();
		return Optional.of(client);
	}

	synchronized void event(LiveMessage message) {
		this.clients.forEach((client) -> client.event(message));
	}

	synchronized void state(LiveMessage message) {
		this.clients.forEach((client) -> client.state(message));
	}

	int size() {
		return this.clients.size();
	}

	@Override
	public synchronized void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		synchronized (this) {
			this.running = false;
			this.clients.forEach(LiveClient::end);
		}
		long until = System.nanoTime() + JOIN_MILLIS * 1_000_000;
		try {
			for (LiveClient client : this.clients) {
				client.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

}
