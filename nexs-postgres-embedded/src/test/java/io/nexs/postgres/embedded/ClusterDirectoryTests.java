package io.nexs.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the place where the data of a cluster lies.
 */
class ClusterDirectoryTests {

	private static final String SETTING = "nexs.embedded.directory";

	@TempDir
	private Path temporary;

	@BeforeEach
	void letEverybodyIn() throws IOException {
		// As root, the servers run as another user
		Files.setPosixFilePermissions(this.temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
	}

	@AfterEach
	void forget() {
		System.clearProperty(SETTING);
	}

	@Test
	void dataWhenADirectoryIsNamedLiesThereAndIsRemoved() throws IOException {
		System.setProperty(SETTING, this.temporary.toString());
		try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(0).start()) {
			assertThat(cluster.primary().isInRecovery()).isFalse();
			assertThat(names()).anyMatch((name) -> name.startsWith("nexs-postgres-"));
		}
		assertThat(names()).noneMatch((name) -> name.startsWith("nexs-postgres-"));
	}

	@Test
	void startWhenTheDirectoryIsNoneNamesIt() {
		System.setProperty(SETTING, this.temporary.resolve("nowhere").toString());
		assertThatExceptionOfType(EmbeddedClusterException.class)
			.isThrownBy(() -> EmbeddedCluster.builder().replicas(0).start())
			.withMessageContaining("nowhere")
			.withMessageContaining(SETTING);
	}

	private Stream<String> names() throws IOException {
		try (Stream<Path> files = Files.list(this.temporary)) {
			return files.map((file) -> file.getFileName().toString()).toList().stream();
		}
	}

}
