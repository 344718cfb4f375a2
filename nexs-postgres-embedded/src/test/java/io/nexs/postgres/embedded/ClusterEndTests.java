package io.nexs.postgres.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what is left of a cluster when it or its JVM ends.
 */
class ClusterEndTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private Process jvm;

	@AfterEach
	void endJvm() {
		if (this.jvm != null) {
			this.jvm.destroyForcibly();
		}
	}

	@Test
	void closeLeavesNoProcessNoThreadAndNoFile() throws Exception {
		long self = ProcessHandle.current().pid();
		EmbeddedCluster cluster = EmbeddedCluster.builder().supervised(true).start();
		List<Long> pids = descendants(ProcessHandle.current());
		assertThat(pids).hasSizeGreaterThan(6);
		assertThat(directories(self)).hasSize(1);
		cluster.node("node-2").freeze();
		cluster.node("node-3").kill();
		try (Connection connection = cluster.primary().connect()) {
			assertThat(connection.isValid(5)).isTrue();
			cluster.close();
		}
		cluster.close();
		assertThat(pids).noneMatch(Processes::isAlive);
		assertThat(directories(self)).isEmpty();
		assertThat(segmentCreators()).doesNotContainAnyElementsOf(pids);
		await().atMost(SOON).untilAsserted(() -> assertThat(threads()).isEmpty());
	}

	@Test
	void startWhenItFailsTellsWhyAndLeavesNothing() throws IOException {
		List<Long> before = descendants(ProcessHandle.current());
		assertThatExceptionOfType(EmbeddedClusterException.class)
			.isThrownBy(() -> EmbeddedCluster.builder().parameter("work_mem", "much").start())
			.withMessageContaining("node-1 ended with code 1")
			.withMessageContaining("work_mem");
		assertThat(descendants(ProcessHandle.current())).isEqualTo(before);
		assertThat(directories(ProcessHandle.current().pid())).isEmpty();
		assertThat(threads()).isEmpty();
	}

	@Test
	void jvmWhenTerminatedLeavesNothing() throws Exception {
		List<Long> pids = startJvm();
		this.jvm.destroy();
		assertThat(this.jvm.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(pids).noneMatch(Processes::isAlive);
		assertThat(directories(this.jvm.pid())).isEmpty();
		assertThat(segmentCreators()).doesNotContainAnyElementsOf(pids);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void jvmWhenTerminatedDuringStartLeavesNothing(int entries) throws Exception {
		startJvm(StartingMain.class);
		Path temporary = ClusterDirectory.dataFiles();
		String prefix = "nexs-postgres-%d-".formatted(this.jvm.pid());
		await().atMost(SOON).until(() -> entries(temporary, prefix) >= entries);
		List<Long> pids = descendants(this.jvm.toHandle());
		this.jvm.destroy();
		assertThat(this.jvm.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(pids).noneMatch(Processes::isAlive);
		assertThat(directories(this.jvm.pid())).isEmpty();
	}

	@Test
	void jvmWhenKilledLeavesNothing() throws Exception {
		List<Long> pids = startJvm();
		this.jvm.destroyForcibly();
		assertThat(this.jvm.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
		await().atMost(SOON).untilAsserted(() -> assertThat(pids).noneMatch(Processes::isAlive));
		await().atMost(SOON).untilAsserted(() -> assertThat(directories(this.jvm.pid())).isEmpty());
	}

	@Test
	void nextClusterWhenJvmAndReaperWereKilledRemovesWhatIsLeft() throws Exception {
		List<Long> pids = startJvm();
		reaper(this.jvm.toHandle()).destroyForcibly();
		this.jvm.destroyForcibly();
		assertThat(this.jvm.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(pids).anyMatch(Processes::isAlive);
		ClusterDirectory.create().remove();
		assertThat(pids).noneMatch(Processes::isAlive);
		assertThat(directories(this.jvm.pid())).isEmpty();
	}

	private List<Long> startJvm() throws IOException {
		startJvm(ClusterMain.class);
		assertThat(directories(this.jvm.pid())).hasSize(1);
		List<Long> pids = descendants(this.jvm.toHandle());
		assertThat(pids).hasSizeGreaterThan(4);
		return pids;
	}

	private void startJvm(Class<?> main) throws IOException {
		this.jvm = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				System.getProperty("java.class.path"), main.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		BufferedReader output = this.jvm.inputReader();
		assertThat(output.lines().anyMatch("ready"::equals)).isTrue();
	}

	/**
	 * Count the cluster's directory and those of its nodes.
	 */
	private static long entries(Path temporary, String prefix) throws IOException {
		try (Stream<Path> files = Files.walk(temporary, 1)) {
			List<Path> roots = files.filter((file) -> file.getFileName().toString().startsWith(prefix)).toList();
			long nodes = 0;
			for (Path root : roots) {
				nodes += Stream.of("node-1", "node-2").filter((id) -> Files.exists(root.resolve(id))).count();
			}
			return roots.size() + nodes;
		}
	}

	private static ProcessHandle reaper(ProcessHandle jvm) {
		return jvm.children()
			.filter((
					child) -> child.info().arguments().map(List::of).orElse(List.of()).contains("nexs-postgres-reaper"))
			.findFirst()
			.orElseThrow();
	}

	private static List<Long> descendants(ProcessHandle process) {
		return process.descendants().map(ProcessHandle::pid).sorted().toList();
	}

	private static List<Path> directories(long pid) throws IOException {
		try (Stream<Path> files = Files.list(ClusterDirectory.dataFiles())) {
			return files.filter((file) -> file.getFileName().toString().startsWith("nexs-postgres-%d-".formatted(pid)))
				.toList();
		}
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("nexs-"))
			.toList();
	}

	private static Set<Long> segmentCreators() throws IOException {
		Path list = Path.of("/proc/sysvipc/shm");
		if (!Files.exists(list)) {
			return Set.of();
		}
		try (Stream<String> lines = Files.lines(list)) {
			return lines.skip(1)
				.map((line) -> line.strip().split("\\s+"))
				.map((words) -> Long.valueOf(words[4]))
				.collect(Collectors.toSet());
		}
	}

}
