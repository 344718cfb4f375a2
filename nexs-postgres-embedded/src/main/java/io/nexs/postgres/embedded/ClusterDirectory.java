package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a cluster and the process that removes it. That process, the reaper,
 * waits for the end of its standard input, which this JVM holds open; so it runs after
 * {@link #remove()} and also when the JVM was killed. It ends every process that works in
 * the directory and deletes it.
 */
final class ClusterDirectory {

	private static final Logger logger = LoggerFactory.getLogger(ClusterDirectory.class);

	private static final Pattern NAME = Pattern.compile("nexs-postgres-(\\d+)-\\d+");

	private static final long REAPER_SECONDS = 20;

	private final Path root;

	private final FileChannel lock;

	private final @Nullable Process reaper;

	private boolean ended;

	private ClusterDirectory(Path root) throws IOException {
		this.root = root;
		this.reaper = Platform.current().hasSignals() ? startReaper(root) : null;
		this.lock = FileChannel.open(lockFile(root), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		this.lock.lock();
	}

	/**
	 * Create a directory for this JVM and remove those of JVMs that have ended.
	 * @return the directory
	 */
	static ClusterDirectory create() {
		try {
			removeStale();
			return new ClusterDirectory(createTemporary(dataFiles()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not create a directory for the cluster", ex);
		}
	}

	/**
	 * Create a directory that the next cluster removes once this JVM has ended.
	 * @param parent where to create it
	 * @return the directory
	 * @throws IOException when that fails
	 */
	static Path createTemporary(Path parent) throws IOException {
		return Files.createTempDirectory(parent, "nexs-postgres-%d-".formatted(ProcessHandle.current().pid()));
	}

	/**
	 * Where the data of clusters lies: a file system in memory makes a cluster start
	 * faster.
	 */
	static Path dataFiles() throws IOException {
		String named = System.getProperty("nexs.embedded.directory", System.getenv("NEXS_EMBEDDED_DIRECTORY"));
		if (named == null || named.isBlank()) {
			return temporaryFiles();
		}
		Path directory = Path.of(named);
		if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
			throw new EmbeddedClusterException(
					"'%s', named by nexs.embedded.directory, is not a directory that can be written to"
						.formatted(named));
		}
		return directory.toRealPath();
	}

	static Path temporaryFiles() throws IOException {
		return Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
	}

	Path node(String id) {
		return this.root.resolve(id);
	}

	/**
	 * Start a program, unless the directory is being removed.
	 * @param builder the program
	 * @return the process, which the reaper can see
	 * @throws IOException when it cannot be started
	 */
	synchronized Process launch(ProcessBuilder builder) throws IOException {
		requireOpen();
		return builder.start();
	}

	/**
	 * Fail when the directory is being removed, so that nothing is added to it.
	 * @throws EmbeddedClusterException when it is
	 */
	synchronized void requireOpen() {
		if (this.ended) {
			throw new EmbeddedClusterException("The cluster is closed");
		}
	}

	/**
	 * End what still runs in the directory and delete it.
	 */
	void remove() {
		synchronized (this) {
			this.ended = true;
		}
		try {
			this.lock.close();
			if (this.reaper != null) {
				awaitEnd(this.reaper);
			}
			FileTrees.delete(this.root);
		}
		catch (IOException ex) {
			logger.warn("Could not remove {}", this.root, ex);
		}
	}

	private static void awaitEnd(Process reaper) throws IOException {
		reaper.getOutputStream().close();
		try {
			if (!reaper.waitFor(REAPER_SECONDS, TimeUnit.SECONDS)) {
				reaper.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static Process startReaper(Path root) throws IOException {
		try (InputStream script = ClusterDirectory.class.getResourceAsStream("reap.sh")) {
			if (script == null) {
				throw new IOException("reap.sh is not on the class path");
			}
			String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
			// Its own working directory must not be the one it clears.
			return new ProcessBuilder(
					Platform.detached(List.of("sh", "-c", text, "nexs-postgres-reaper", root.toString())))
				.directory(dataFiles().toFile())
				.redirectOutput(Redirect.DISCARD)
				.redirectError(Redirect.DISCARD)
				.start();
		}
	}

	private static void removeStale() throws IOException {
		for (Path parent : new LinkedHashSet<>(List.of(dataFiles(), temporaryFiles()))) {
			try (Stream<Path> directories = Files.list(parent)) {
				directories.filter(ClusterDirectory::isStale).forEach(ClusterDirectory::reap);
			}
		}
	}

	private static boolean isStale(Path directory) {
		Matcher name = NAME.matcher(directory.getFileName().toString());
		if (!name.matches() || ProcessHandle.of(Long.parseLong(name.group(1))).isPresent()
				|| !Files.isWritable(directory)) {
			return false;
		}
		// Process ids of another container mean nothing here, the lock does.
		try (FileChannel lock = FileChannel.open(lockFile(directory), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE)) {
			return lock.tryLock() != null;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static void reap(Path directory) {
		logger.info("Removing {}, which an ended JVM left", directory);
		try {
			if (Platform.current().hasSignals()) {
				awaitEnd(startReaper(directory));
			}
			FileTrees.delete(directory);
		}
		catch (IOException ex) {
			logger.debug("Could not remove {}", directory, ex);
		}
	}

	private static Path lockFile(Path directory) {
		return directory.resolve("owner.lock");
	}

}
