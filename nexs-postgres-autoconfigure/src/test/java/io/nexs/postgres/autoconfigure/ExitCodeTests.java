package io.nexs.postgres.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications in a JVM of their own that do not start, seen from outside.
 */
class ExitCodeTests {

	private static final Path EARLIER = Path.of("target", "earlier-boot");

	@TempDir
	private Path directory;

	@Test
	void processWhenNoServerCanBeReachedEndsWithAFailure() throws IOException, InterruptedException {
		String output = JavaProcess.fail(this.directory, JavaProcess.CLASS_PATH,
				List.of(ForkedApplication.class.getName(), "--nexs.db.dsn=postgres://app:Pl4nted@127.0.0.1:1/orders",
						"--nexs.db.startup.mode=fail-fast"));
		assertThat(output).contains("APPLICATION FAILED TO START", "node-1 127.0.0.1:1 cannot be reached")
			.doesNotContain("Pl4nted");
	}

	@Test
	void processWhenToldToEndDoesNotWaitForTheServers() throws IOException, InterruptedException {
		String output = JavaProcess.end(this.directory, JavaProcess.CLASS_PATH,
				List.of(ForkedApplication.class.getName(), "--nexs.db.dsn=postgres://app:Pl4nted@127.0.0.1:1/orders"),
				"the start waits (");
		assertThat(output).contains("The start was interrupted while it waited for the servers")
			.doesNotContain("Pl4nted");
	}

	@Test
	void processWhenSpringBootIsOfTheGenerationBeforeSaysWhichOneIsNeeded() throws IOException, InterruptedException {
		String output = JavaProcess.fail(this.directory, earlierClassPath(),
				List.of(Starting.class.getName(), "--nexs.db.dsn=postgres://app:Pl4nted@127.0.0.1:1/orders"));
		assertThat(output)
			.contains("APPLICATION FAILED TO START",
					"nexs-postgres needs Spring Boot 4, and the application runs on Spring Boot 3.5.0.",
					"Raise the version of Spring Boot")
			.doesNotContain("Pl4nted", "NoClassDefFoundError");
	}

	private static String earlierClassPath() throws IOException {
		try (Stream<Path> earlier = Files.list(EARLIER)) {
			Stream<String> ours = Arrays.stream(JavaProcess.CLASS_PATH.split(File.pathSeparator))
				.filter((entry) -> !entry.replace(File.separatorChar, '/').contains("/org/springframework/"));
			return Stream.concat(ours, earlier.map(Path::toString)).collect(Collectors.joining(File.pathSeparator));
		}
	}

	/**
	 * An application that any generation can run.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	public static class Starting {

		/**
		 * Starts the application.
		 */
		public static void main(String[] arguments) {
			SpringApplication.run(Starting.class, arguments);
		}

	}

}
