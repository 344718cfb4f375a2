package io.nexs.sample.example;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * How examples are listed, found and run, by requests and by profiles.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExamplesTests extends AbstractExampleTests {

	@Autowired
	private ConfigurableApplicationContext context;

	@Test
	void listNamesAllExamples() {
		assertThat(get("/examples").json().valueStream().map((entry) -> entry.get("name").asString()))
			.containsExactlyInAnyOrder("basic", "replicas", "pool", "transactions", "batch", "failover", "hooks");
	}

	@Test
	void exampleWhenUnknownAnswersNotFoundWithTheNames() {
		Answer answer = post("/examples/advanced");
		assertThat(answer.status()).isEqualTo(404);
		assertThat(answer.json().get("detail").asString()).contains("'advanced'", "basic", "failover");
	}

	@Test
	void profilesWhenActiveRunTheirExamplesAndSayWhatToLookAt(CapturedOutput output) {
		String[] profiles = { "basic", "pool", "transactions", "batch", "hooks" };
		ready(profiles);
		for (String profile : profiles) {
			assertThat(output).contains("Example " + profile + ": ").contains("docs/examples/" + profile + ".md");
		}
		assertThat(output).contains("  1. A query in a read-only transaction (", "     Hello, nexs-postgres!",
				"Two serializable transactions at once");
		assertThat(output).doesNotContain(" failed\n", "Example failover", "Example replicas");
	}

	@Test
	void profilesWhenNoneNamesAnExampleRunNone(CapturedOutput output) {
		ready("production");
		assertThat(output).contains("Try next:").doesNotContain("Example ");
	}

	@Test
	void profileWhenItsExampleFailsLeavesTheApplicationRunning(CapturedOutput output) {
		Example broken = new Waiting(new CountDownLatch(0), new IllegalStateException("no replica came back"));
		Examples examples = new Examples(List.of(broken), this.routes);
		this.context.getEnvironment().setActiveProfiles("waiting");
		new ExampleRunner(examples, this.context.getEnvironment()).runActive();
		this.context.getEnvironment().setActiveProfiles();
		assertThat(output).contains("Example waiting failed", "no replica came back");
	}

	@Test
	void exampleWhenAnotherOneRunsIsRefused() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		Waiting waiting = new Waiting(end, null);
		Examples examples = new Examples(List.of(waiting), this.routes);
		CompletableFuture<Void> first = CompletableFuture.runAsync(() -> {
			try {
				examples.run("waiting");
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(waiting.begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> examples.run("waiting")).withMessageContaining("running");
		end.countDown();
		first.join();
		assertThat(examples.run("waiting").steps()).isEmpty();
	}

	@Test
	void stepWhenItDoesNotFailAsItShouldIsAnError() {
		assertThatIllegalStateException()
			.isThrownBy(() -> new Steps(this.routes).fails("a step", RuntimeException.class, () -> {
			}))
			.withMessageContaining("a step");
	}

	private void ready(String... profiles) {
		this.context.getEnvironment().setActiveProfiles(profiles);
		try {
			this.context.publishEvent(
					new ApplicationReadyEvent(new SpringApplication(), new String[0], this.context, Duration.ZERO));
		}
		finally {
			this.context.getEnvironment().setActiveProfiles();
		}
	}

	/**
	 * Runs until it is let go, and fails then if it has to.
	 */
	private static final class Waiting implements Example {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch end;

		private final Exception failure;

		Waiting(CountDownLatch end, Exception failure) {
			this.end = end;
			this.failure = failure;
		}

		@Override
		public String name() {
			return "waiting";
		}

		@Override
		public String shows() {
			return "nothing";
		}

		@Override
		public void run(Steps steps) throws Exception {
			this.begun.countDown();
			assertThat(this.end.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			if (this.failure != null) {
				throw this.failure;
			}
		}

	}

}
