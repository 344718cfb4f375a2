package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A million rows of 100 bytes go through a heap of 64 MiB.
 */
@UseEmbeddedCluster
class StreamingTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "jdbc", "template", "client" })
	void rowsWhenFetchSizeIsSetAreStreamed(String access, EmbeddedCluster cluster)
			throws IOException, InterruptedException {
		read(cluster, access, 1000);
	}

	@Test
	void rowsWhenFetchSizeIsNotSetDoNotFit(EmbeddedCluster cluster) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> read(cluster, "jdbc", 0))
			.withMessageContaining("OutOfMemoryError");
	}

	private void read(EmbeddedCluster cluster, String access, int fetchSize) throws IOException, InterruptedException {
		JavaProcess.run(this.directory, JavaProcess.CLASS_PATH,
				List.of("-Xmx64m", StreamingProgram.class.getName(), cluster.dsn(), access, String.valueOf(fetchSize)));
	}

}
