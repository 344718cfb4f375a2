package io.nexs.sample.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;

/**
 * A client of server-sent events that keeps what it gets.
 */
final class EventStream implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final List<Message> messages = new CopyOnWriteArrayList<>();

	private final InputStream body;

	private final Thread reader;

	EventStream(int port, String lastEventId) throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/live/events"));
		if (lastEventId != null) {
			request.header("Last-Event-ID", lastEventId);
		}
		HttpResponse<InputStream> answer = this.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
		if (answer.statusCode() != 200) {
			throw new IllegalStateException(
					answer.statusCode() + " " + answer.headers().firstValue("Retry-After").orElse(""));
		}
		this.body = answer.body();
		this.reader = new Thread(this::read, "event-stream");
		this.reader.start();
	}

	private void read() {
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(this.body, StandardCharsets.UTF_8))) {
			String name = "";
			String id = null;
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith("event:")) {
					name = line.substring(6);
					id = null;
				}
				else if (line.startsWith("id:")) {
					id = line.substring(3);
				}
				else if (line.startsWith("data:")) {
					this.messages.add(new Message(name, id, line.substring(5)));
				}
			}
		}
		catch (IOException ex) {
			// Closed by the test
		}
	}

	List<Message> named(String name) {
		return this.messages.stream().filter((message) -> message.name().equals(name)).toList();
	}

	Message await(String name, String text) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.atMost(LIMIT)
			.until(() -> named(name).stream().anyMatch((message) -> message.data().contains(text)));
		return named(name).stream().filter((message) -> message.data().contains(text)).findFirst().orElseThrow();
	}

	/**
	 * Whether the server has ended the stream.
	 */
	boolean isOver() {
		return !this.reader.isAlive();
	}

	@Override
	public void close() throws IOException {
		this.body.close();
	}

	/**
	 * One message.
	 *
	 * @param name its name
	 * @param id its id, {@code null} without one
	 * @param data its content
	 */
	record Message(String name, String id, String data) {

	}

}
