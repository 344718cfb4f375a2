package io.nexs.sample.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import org.awaitility.Awaitility;

/**
 * Threads that read and write orders without a pause.
 */
final class Traffic implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final List<Thread> threads = new ArrayList<>();

	private final List<String> failedReads = new CopyOnWriteArrayList<>();

	private final Map<String, LongAdder> readsByNode = new ConcurrentHashMap<>();

	private final LongAdder writes = new LongAdder();

	private final AtomicLong items = new AtomicLong();

	private final Queue<String> placed = new ConcurrentLinkedQueue<>();

	private final Queue<String> failedWrites = new ConcurrentLinkedQueue<>();

	private final URI orders;

	private volatile boolean ended;

	Traffic(int port, int readers, int writers) {
		this.orders = URI.create("http://localhost:" + port + "/orders");
		for (int i = 0; i < readers; i++) {
			start(this::read, "reader-" + i);
		}
		for (int i = 0; i < writers; i++) {
			start(this::write, "writer-" + i);
		}
	}

	private void start(Runnable work, String name) {
		Thread thread = new Thread(() -> {
			while (!this.ended) {
				work.run();
			}
		}, name);
		thread.setDaemon(true);
		thread.start();
		this.threads.add(thread);
	}

	private void read() {
		try {
			HttpResponse<String> answer = this.client
				.send(HttpRequest.newBuilder(this.orders.resolve("/orders?limit=5&customer=traffic"))
					.timeout(LIMIT)
					.build(), HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() != 200) {
				this.failedReads.add(answer.statusCode() + " " + answer.body());
			}
			answer.headers()
				.firstValue("X-Nexs-Node")
				.ifPresent((node) -> this.readsByNode.computeIfAbsent(node, (any) -> new LongAdder()).increment());
		}
		catch (IOException ex) {
			this.failedReads.add(ex.toString());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void write() {
		long number = this.items.incrementAndGet();
		String item = "item-" + number;
		URI target = this.orders.resolve((number % 2 == 0) ? "/orders" : "/jpa/orders");
		String order = "{\"customer\":\"traffic\",\"item\":\"%s\",\"quantity\":1,\"price\":1}".formatted(item);
		try {
			HttpResponse<String> answer = this.client.send(HttpRequest.newBuilder(target)
				.timeout(LIMIT)
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(order))
				.build(), HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() == 201) {
				this.placed.add(item);
				this.writes.increment();
			}
			else {
				this.failedWrites.add(answer.statusCode() + " " + answer.body());
			}
		}
		catch (IOException ex) {
			this.failedWrites.add(ex.toString());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	void awaitReads(int more) {
		long wanted = reads() + more;
		Awaitility.await().atMost(LIMIT).until(() -> reads() >= wanted);
	}

	void awaitWrites(int more) {
		long wanted = this.writes.sum() + more;
		Awaitility.await().atMost(LIMIT).until(() -> this.writes.sum() >= wanted);
	}

	/**
	 * Waits until the node answers a read that begins from now on.
	 */
	void awaitReadFrom(String node) {
		LongAdder reads = this.readsByNode.computeIfAbsent(node, (any) -> new LongAdder());
		long before = reads.sum();
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.atMost(LIMIT)
			.until(() -> reads.sum() > before + this.threads.size());
	}

	List<String> failedReads() {
		return this.failedReads;
	}

	Collection<String> failedWrites() {
		return this.failedWrites;
	}

	/**
	 * The items of the orders that were answered with 201.
	 */
	Collection<String> placed() {
		return this.placed;
	}

	/**
	 * Ends the threads after the calls they are in.
	 */
	void end() {
		this.ended = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(LIMIT.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void close() {
		end();
	}

	private long reads() {
		return this.readsByNode.values().stream().mapToLong(LongAdder::sum).sum();
	}

}
