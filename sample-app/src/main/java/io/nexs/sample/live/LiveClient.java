package io.nexs.sample.live;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * One page that is open: what is still to be sent to it, and the thread that sends. A
 * newer state takes the place of one that was not sent yet; a page for which too many
 * events wait is given up, and gets them when it comes back. Nobody but its own thread
 * waits for a page. Thread-safe.
 */
class LiveClient {

	static final int CAPACITY = 200;

	private final Queue<LiveMessage> events = new ArrayDeque<>();

	private final Output output;

	private final Thread thread;

	private @Nullable LiveMessage state;

	private boolean ended;

	LiveClient(String name, Output output, Consumer<LiveClient> afterwards) {
		this.output = output;
		this.thread = new Thread(() -> run(afterwards), name);
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	synchronized void state(LiveMessage message) {
		this.state = message;
		notifyAll();
	}

	synchronized void event(LiveMessage message) {
		if (this.events.size() >= CAPACITY) {
			this.ended = true;
		}
		else {
			this.events.add(message);
		}
		notifyAll();
	}

	synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	void join(long millis) throws InterruptedException {
		this.thread.join(millis);
	}

	private void run(Consumer<LiveClient> afterwards) {
		try {
			List<LiveMessage> messages = take();
			while (!messages.isEmpty()) {
				for (LiveMessage message : messages) {
					this.output.send(message);
				}
				messages = take();
			}
		}
		catch (IOException | IllegalStateException ex) {
			// The page is gone; the container ends the request
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			end();
			this.output.close();
			afterwards.accept(this);
		}
	}

	/**
	 * Waits for something to send. The state goes first, as it is what the events led to.
	 * @return nothing when it has ended
	 */
	private synchronized List<LiveMessage> take() throws InterruptedException {
		while (!this.ended && this.state == null && this.events.isEmpty()) {
			wait();
		}
		List<LiveMessage> messages = new ArrayList<>();
		if (!this.ended) {
			if (this.state != null) {
				messages.add(this.state);
			}
			messages.addAll(this.events);
		}
		this.state = null;
		this.events.clear();
		return messages;
	}

	/**
	 * Where messages go.
	 */
	interface Output {

		void send(LiveMessage message) throws IOException;

		void close();

	}

}
