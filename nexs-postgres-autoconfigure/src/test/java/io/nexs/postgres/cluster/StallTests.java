package io.nexs.postgres.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program that stands still, in a process of its own, sees nothing wrong with the
 * servers when it goes on.
 */
@DisabledOnOs(OS.WINDOWS)
class StallTests {

	private static final Duration STALL = Duration.ofSeconds(4);

	private static EmbeddedCluster cluster;

	private final Queue<String> lines = new ConcurrentLinkedQueue<>();

	private Process program;

	@BeforeAll
	static void startCluster() {
		cluster = EmbeddedCluster.builder().replicas(1).start();
	}

	@AfterAll
	static void closeCluster() {
		cluster.close();
	}

	@AfterEach
	void endProgram() throws InterruptedException {
		if (this.program != null) {
			this.program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
		}
	}

	@Test
	void processWhenStoppedForLongSeesNoNodeLeaveItsStatus() throws Exception {
		start(1000, 0);
		for (int i = 0; i < 2; i++) {
			signal("STOP");
			standStill();
			signal("CONT");
			awaitNextProbe();
		}
		assertThat(events()).isEmpty();
	}

	@Test
	void probeWhenItsTimePassedWhileTheProcessWasStoppedIsNoFailure() throws Exception {
		start(2000, 0);
		EmbeddedNode primary = cluster.primary();
		primary.freeze();
		try {
			await(Duration.ofMillis(150));
			signal("STOP");
			standStill();
			signal("CONT");
			await(Duration.ofMillis(200));
		}
		finally {
			primary.thaw();
		}
		awaitNextProbe();
		assertThat(events()).isEmpty();
	}

	@Test
	void processWhenItsThreadsStarveSeesNoNodeLeaveItsStatus() throws Exception {
		start(1000, 24 * Runtime.getRuntime().availableProcessors());
		standStill();
		awaitNextProbe();
		assertThat(events()).isEmpty();
	}

	@Test
	void nodeWhenItIsSilentWhileTheProcessRunsIsSeen() throws Exception {
		start(1000, 0);
		EmbeddedNode primary = cluster.primary();
		primary.freeze();
		try {
			Awaitility.await()
				.atMost(Duration.ofSeconds(2))
				.until(() -> events().stream().anyMatch((line) -> line.contains("SUSPECT")));
		}
		finally {
			primary.thaw();
		}
	}

	private void start(int timeoutMillis, int spinners) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), StalledMain.class.getName(),
						Integer.toString(timeoutMillis), Integer.toString(spinners)));
		cluster.nodes().forEach((node) -> command.add(node.dsn()));
		this.program = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		Thread reader = new Thread(this::read, "stalled-program");
		reader.setDaemon(true);
		reader.start();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> this.lines.stream().anyMatch("started [HEALTHY]"::equals));
	}

	private void read() {
		try (BufferedReader output = this.program.inputReader(StandardCharsets.UTF_8)) {
			output.lines().forEach(this.lines::add);
		}
		catch (IOException ex) {
			// The program has ended
		}
	}

	private void signal(String name) throws Exception {
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(this.program.pid())).start();
		assertThat(kill.waitFor()).isZero();
	}

	private static void standStill() {
		await(STALL);
	}

	private static void await(Duration time) {
		long end = System.nanoTime() + time.toNanos();
		Awaitility.await().atMost(time.plusSeconds(5)).until(() -> System.nanoTime() - end >= 0);
	}

	/**
	 * The program has applied what it learned since it went on.
	 */
	private void awaitNextProbe() {
		List<String> seen = new ArrayList<>();
		Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(200)).until(() -> {
			this.program.getOutputStream().write('\n');
			this.program.getOutputStream().flush();
			this.lines.stream().filter((line) -> line.startsWith("probed") && !seen.contains(line)).forEach(seen::add);
			return seen.size() > 5;
		});
	}

	private List<String> events() {
		return this.lines.stream().filter((line) -> line.startsWith("event")).toList();
	}

}
