package io.nexs.postgres.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes an application ahead of time in a JVM of its own, as the build plugin does,
 * compiles what came out and runs it.
 */
class AheadOfTimeTests {

	private static final String CLASS_PATH = System.getProperty("surefire.test.class.path",
			System.getProperty("java.class.path"));

	@TempDir
	private Path directory;

	private Path classes;

	private Path temporary;

	@BeforeEach
	void process() throws IOException, InterruptedException {
		this.classes = Files.createDirectory(this.directory.resolve("classes"));
		this.temporary = Files.createDirectory(this.directory.resolve("temporary"));
		Path sources = Files.createDirectory(this.directory.resolve("sources"));
		run(List.of("-Djava.io.tmpdir=" + this.temporary, "org.springframework.boot.SpringApplicationAotProcessor",
				AheadOfTimeApplication.class.getName(), sources.toString(), this.classes.toString(),
				this.classes.toString(), "io.nexs", "aot"));
		compile(sources);
	}

	@Test
	void applicationWhenProcessedStartsNothingAndWhenRunDecidesAnew() throws IOException, InterruptedException {
		try (Stream<Path> left = Files.list(this.temporary)) {
			assertThat(left.map(Path::getFileName).map(Path::toString))
				.noneMatch((name) -> name.contains("nexs") || name.contains("embedded"));
		}
		run(List.of("-Dspring.aot.enabled=true", AheadOfTimeApplication.class.getName(), "ask"));
		run(List.of("-Dspring.aot.enabled=true", AheadOfTimeApplication.class.getName(),
				"--nexs.db.dsn=postgres://app@127.0.0.1:1/orders", "--nexs.db.pool.drain-timeout=0s"));
	}

	private void compile(Path sources) throws IOException {
		List<String> arguments = new ArrayList<>(
				List.of("-proc:none", "-nowarn", "-d", this.classes.toString(), "-cp", classPath()));
		try (Stream<Path> files = Files.walk(sources)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	private void run(List<String> arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath()));
		command.addAll(arguments);
		Path log = Files.createTempFile(this.directory, "run", ".log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		boolean ended = process.waitFor(90, TimeUnit.SECONDS);
		if (!ended) {
			process.destroyForcibly();
		}
		assertThat(ended && process.exitValue() == 0).as(() -> read(log)).isTrue();
	}

	private static String read(Path log) {
		try {
			return Files.readString(log);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private String classPath() {
		return this.classes + File.pathSeparator + CLASS_PATH;
	}

}
