package io.nexs.postgres.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One server process and its data directory.
 */
final class PostgresServer {

	private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

	private static final Duration QUIT_LIMIT = Duration.ofSeconds(2);

	private static final int SEGMENT_LINE = 6;

	private static final int STATUS_LINE = 7;

	private static final int LOG_LINES = 15;

	private static final int BUILTIN_LOCALES = 17;

	private final PostgresBinaries binaries;

	private final ClusterDirectory cluster;

	private final Path directory;

	private final Duration startTimeout;

	private volatile @Nullable Process process;

	private volatile boolean frozen;

	PostgresServer(String id, PostgresBinaries binaries, ClusterDirectory cluster, Duration startTimeout) {
		this.binaries = binaries;
		this.cluster = cluster;
		this.directory = cluster.node(id);
		this.startTimeout = startTimeout;
	}

	int major() {
		return this.binaries.major();
	}

	Path data() {
		return this.directory.resolve("data");
	}

	/**
	 * Create the data directory of a new database system.
	 * @param username the superuser
	 */
	void initialise(String username) {
		clear();
		List<String> arguments = new ArrayList<>(List.of("--pgdata=" + data(), "--username=" + username, "--auth=trust",
				"--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"));
		if (major() >= BUILTIN_LOCALES) {
			arguments.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
		}
		ProcessBuilder builder = builder("initdb", arguments.toArray(String[]::new));
		try {
			Commands.Result result = Commands.finish(this.cluster.launch(builder));
			if (result.exitCode() != 0) {
				throw new EmbeddedClusterException(
						"initdb ended with code %d:%n%s".formatted(result.exitCode(), result.output()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not run initdb", ex);
		}
	}

	/**
	 * Delete the data and prepare for a copy of another server's.
	 * @return the copy to be made
	 */
	BaseBackup replaceData() {
		clear();
		return new BaseBackup(data(), this.cluster);
	}

	/**
	 * Remove the lock file of a killed server, which would keep it from starting once its
	 * process id is another process's, and the shared memory segment the file names.
	 */
	private void removeLock() {
		Path lock = data().resolve("postmaster.pid");
		List<String> lines = lines(lock);
		if (lines.size() > SEGMENT_LINE && Platform.current().hasSignals()) {
			String segment = lines.get(SEGMENT_LINE).strip().replaceFirst(".*\\s", "");
			Commands.execute(this.directory, List.of("sh", "-c", "ipcrm -m \"$1\"", "ipcrm", segment));
		}
		try {
			Files.deleteIfExists(lock);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void clear() {
		this.cluster.requireOpen();
		try {
			Files.createDirectories(this.directory);
			FileTrees.delete(data());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not clear " + this.directory.getFileName(), ex);
		}
	}

	boolean isRunning() {
		Process current = this.process;
		return current != null && current.isAlive();
	}

	boolean isFrozen() {
		return this.frozen && isRunning();
	}

	/**
	 * Return whether the server starts, or runs, as a standby.
	 * @return whether the data directory has a standby's mark
	 */
	boolean isStandby() {
		return Files.exists(data().resolve("standby.signal"));
	}

	/**
	 * Start the server and wait until it accepts connections.
	 * @throws EmbeddedClusterException when it ends or the time is up
	 */
	synchronized void start() {
		if (isRunning()) {
			return;
		}
		Process started = launch();
		this.frozen = false;
		this.process = started;
		boolean ready = Await.until(this.startTimeout, () -> !started.isAlive() || isReady(started.pid()));
		if (!ready || !started.isAlive()) {
			String reason = started.isAlive() ? "is not ready after " + this.startTimeout
					: "ended with code " + started.exitValue();
			String log = lastLogLines();
			kill();
			throw new EmbeddedClusterException("%s %s:%n%s".formatted(this.directory.getFileName(), reason, log));
		}
	}

	/**
	 * Stop the server: sessions are ended, standbys get all that was written.
	 * @return whether the server stopped in time; otherwise it was killed
	 */
	synchronized boolean stop() {
		Process current = this.process;
		if (current == null || !current.isAlive()) {
			return true;
		}
		if (isFrozen()) {
			throw new EmbeddedClusterException(this.directory.getFileName() + " is frozen; thaw it or kill it");
		}
		if (Platform.current().hasSignals()) {
			Signals.send("INT", current.toHandle());
		}
		else {
			Commands.execute(this.directory,
					List.of(this.binaries.program("pg_ctl"), "stop", "-m", "fast", "-W", "-D", data().toString()));
		}
		if (Await.until(STOP_LIMIT, () -> !current.isAlive())) {
			return true;
		}
		kill();
		return false;
	}

	synchronized void kill() {
		Process current = this.process;
		if (current != null && current.isAlive()) {
			Signals.kill(current.toHandle());
			// The process object learns of the end later than the system.
			Await.until(STOP_LIMIT, () -> !current.isAlive());
			removeLock();
		}
		this.frozen = false;
	}

	/**
	 * Ask the server to end without a checkpoint; does not wait.
	 */
	synchronized void quit() {
		Process current = this.process;
		if (current != null && current.isAlive() && !isFrozen() && Platform.current().hasSignals()) {
			Signals.send("QUIT", current.toHandle());
		}
	}

	/**
	 * Wait for the end after {@link #quit()} and bring it about when it does not come.
	 */
	synchronized void awaitEnd() {
		Process current = this.process;
		if (current != null && !isFrozen() && Platform.current().hasSignals()) {
			Await.until(QUIT_LIMIT, () -> !current.isAlive());
		}
		kill();
	}

	synchronized void freeze() {
		Signals.freeze(running().toHandle());
		this.frozen = true;
	}

	synchronized void thaw() {
		Signals.thaw(running().toHandle());
		this.frozen = false;
	}

	/**
	 * Ask the server to read its configuration again. A frozen server does so when it is
	 * thawed, a stopped one when it starts.
	 */
	synchronized void reload() {
		Process current = this.process;
		if (current == null || !current.isAlive()) {
			return;
		}
		if (Platform.current().hasSignals()) {
			Signals.send("HUP", current.toHandle());
		}
		else {
			Commands.execute(this.directory,
					List.of(this.binaries.program("pg_ctl"), "reload", "-D", data().toString()));
		}
	}

	private Process running() {
		Process current = this.process;
		if (current == null || !current.isAlive()) {
			throw new EmbeddedClusterException(this.directory.getFileName() + " is not running");
		}
		return current;
	}

	private Process launch() {
		File log = this.directory.resolve("server.log").toFile();
		ProcessBuilder builder = builder("postgres", "-D", data().toString()).redirectOutput(Redirect.appendTo(log));
		try {
			Process started = this.cluster.launch(builder);
			started.getOutputStream().close();
			return started;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not start " + this.directory.getFileName(), ex);
		}
	}

	private ProcessBuilder builder(String program, String... arguments) {
		List<String> command = new ArrayList<>(List.of(this.binaries.program(program)));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(Platform.server(command)).directory(this.directory.toFile())
			.redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("PG"));
		return builder;
	}

	private boolean isReady(long pid) {
		List<String> lines = lines(data().resolve("postmaster.pid"));
		return lines.size() > STATUS_LINE && lines.get(0).strip().equals(Long.toString(pid))
				&& lines.get(STATUS_LINE).startsWith("ready");
	}

	private String lastLogLines() {
		List<String> lines = lines(this.directory.resolve("server.log"));
		return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return new ArrayList<>();
		}
	}

}
