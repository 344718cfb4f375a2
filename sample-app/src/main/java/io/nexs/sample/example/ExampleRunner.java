package io.nexs.sample.example;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

/**
 * Runs the examples that are named by active profiles when the application is ready, and
 * says in the log what happened. The application goes on afterwards.
 */
@Component
class ExampleRunner {

	private static final Logger log = LoggerFactory.getLogger(ExampleRunner.class);

	private final Examples examples;

	private final Environment environment;

	ExampleRunner(Examples examples, Environment environment) {
		this.examples = examples;
		this.environment = environment;
	}

	/**
	 * Runs after the other listeners, so that it is the last thing to be read.
	 */
	@Order
	@EventListener(ApplicationReadyEvent.class)
	void runActive() {
		for (Example example : this.examples.all()) {
			if (this.environment.acceptsProfiles(Profiles.of(example.name()))) {
				run(example);
			}
		}
	}

	private void run(Example example) {
		try {
			ExampleRun run = this.examples.run(example.name());
			log.info("Example {}: {}\n{}\n{}", example.name(), example.shows(), run.describe(), next(example.name()));
		}
		catch (Exception ex) {
			log.error("Example {} failed", example.name(), ex);
		}
	}

	private String next(String name) {
		return """
				The application keeps running; Ctrl-C ends it. Look next at docs/examples/%s.md, at http://localhost:%s/ and at
				  curl -X POST http://localhost:%s/examples/%s     # the same again, as JSON
				"""
			.formatted(name, port(), port(), name);
	}

	private String port() {
		return this.environment.getProperty("local.server.port", "8080");
	}

}
