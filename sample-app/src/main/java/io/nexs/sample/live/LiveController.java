package io.nexs.sample.live;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * What the live page asks of the application.
 */
@RestController
@RequestMapping("/live")
class LiveController {

	private static final String RETRY_AFTER_SECONDS = "5";

	private final LiveFeed feed;

	private final LiveStates states;

	private final LiveLoad load;

	LiveController(LiveFeed feed, LiveStates states, LiveLoad load) {
		this.feed = feed;
		this.states = states;
		this.load = load;
	}

	/**
	 * A stream of server-sent events: {@code history} once, {@code state} each second and
	 * on each change, {@code event} when something happens.
	 */
	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	ResponseEntity<SseEmitter> events(
			@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
		SseEmitter emitter = new SseEmitter(0L);
		if (!this.feed.open(new EmitterOutput(emitter), lastEventId)) {
			return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
				.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
				.build();
		}
		return ResponseEntity.ok()
			.header(HttpHeaders.CACHE_CONTROL, "no-store")
			.header("X-Accel-Buffering", "no")
			.body(emitter);
	}

	@GetMapping("/state")
	LiveState state() {
		return this.states.now();
	}

	@PostMapping("/load")
	LiveLoad.View start() {
		this.load.start();
		return this.load.view();
	}

	@DeleteMapping("/load")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void stop() {
		this.load.stop();
	}

	/**
	 * Writes messages as server-sent events.
	 */
	private record EmitterOutput(SseEmitter emitter) implements LiveClient.Output {

		private static final long RETRY_MILLIS = 1000;

		@Override
		public void send(LiveMessage message) throws IOException {
			SseEmitter.SseEventBuilder event = SseEmitter.event().name(message.name()).reconnectTime(RETRY_MILLIS);
			if (message.id() != null) {
				event.id(message.id());
			}
			this.emitter.send(event.data(message.json(), MediaType.TEXT_PLAIN));
		}

		@Override
		public void close() {
			this.emitter.complete();
		}

	}

}
