package io.nexs.postgres.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
				ForkedApplication.class.getName(), sources.toString(), this.classes.toString(), this.classes.toString(),
				"io.nexs", "aot"));
		compile(sources);
	}

	@Test
	void applicationWhenProcessedStartsNothingAndWhenRunDecidesAnew() throws IOException, InterruptedException {
		try (Stream<Path> left = Files.list(this.temporary)) {
			assertThat(left.map(Path::getFileName).map(Path::toString))
				.noneMatch((name) -> name.contains("nexs") || name.contains("embedded"));
		}
		run(List.of("-Dspring.aot.enabled=true", ForkedApplication.class.getName(), "ask"));
		run(List.of("-Dspring.aot.enabled=true", ForkedApplication.class.getName(),
				"--nexs.db.dsn=postgres://app@127.0.0.1:1/orders", "--nexs.db.startup.mode=lazy",
				"--nexs.db.pool.drain-timeout=0s"));
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
		JavaProcess.run(this.directory, classPath(), arguments);
	}

	private String classPath() {
		return this.classes + File.pathSeparator + JavaProcess.CLASS_PATH;
	}

}
