package io.nexs.postgres.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that has nothing but the data source: the other parts are really not on
 * its class path.
 */
class ClassPathTests {

	private static final List<String> OPTIONAL = List.of("spring-boot-health", "spring-boot-actuator",
			"spring-boot-micrometer", "spring-boot-starter-actuator", "micrometer-core", "micrometer-registry",
			"micrometer-tracing", "context-propagation", "opentelemetry", "jakarta.servlet", "tomcat", "spring-web",
			"spring-boot-flyway", "spring-boot-hibernate", "spring-boot-jpa", "spring-boot-data", "hibernate-core");

	@Test
	void applicationWhenOptionalPartsAreNotOnTheClassPathReadsFromAReplica(@TempDir Path directory)
			throws IOException, InterruptedException {
		String classPath = Arrays.stream(JavaProcess.CLASS_PATH.split(File.pathSeparator))
			.filter((entry) -> OPTIONAL.stream()
				.noneMatch((name) -> Path.of(entry).getFileName().toString().startsWith(name)))
			.collect(Collectors.joining(File.pathSeparator));
		JavaProcess.run(directory, classPath, List.of(ForkedApplication.class.getName(), "ask"));
	}

}
