package io.nexs.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Signals to all processes of a server.
 */
final class Signals {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final Path PROC = Path.of("/proc");

	private Signals() {
	}

	/**
	 * Send a signal to one process.
	 * @param signal the name, without SIG
	 * @param process the process
	 */
	static void send(String signal, ProcessHandle process) {
		Commands.Result result = send(signal, Set.of(process.pid()));
		if (result.exitCode() != 0 && isAlive(process)) {
			throw new EmbeddedClusterException("Signal %s failed: %s".formatted(signal, result.output()));
		}
	}

	/**
	 * Stop the process and its descendants; the process first, so that it starts no more
	 * of them meanwhile.
	 * @param process the parent
	 */
	static void freeze(ProcessHandle process) {
		requireSignals();
		send("STOP", process);
		Await.until(LIMIT, () -> isStopped(process.pid()));
		Set<Long> stopped = new HashSet<>();
		for (Set<Long> pids = pids(process); stopped.addAll(pids); pids = pids(process)) {
			send("STOP", pids);
		}
		if (!Await.until(LIMIT, () -> pids(process).stream().allMatch(Signals::isStopped))) {
			throw new EmbeddedClusterException("Process %d and its children did not stop".formatted(process.pid()));
		}
	}

	static void thaw(ProcessHandle process) {
		requireSignals();
		send("CONT", pids(process));
	}

	/**
	 * Kill the process and its descendants and wait until all have ended.
	 * @param process the parent
	 */
	static void kill(ProcessHandle process) {
		if (Platform.current().hasSignals()) {
			send("STOP", process);
			Await.until(LIMIT, () -> isStopped(process.pid()));
		}
		List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
		all.add(0, process);
		all.forEach(ProcessHandle::destroyForcibly);
		if (!Await.until(LIMIT, () -> all.stream().noneMatch(Signals::isAlive))) {
			throw new EmbeddedClusterException("Process %d did not end".formatted(process.pid()));
		}
	}

	private static Set<Long> pids(ProcessHandle process) {
		Set<Long> pids = new HashSet<>();
		pids.add(process.pid());
		process.descendants().map(ProcessHandle::pid).forEach(pids::add);
		return pids;
	}

	private static Commands.Result send(String signal, Collection<Long> pids) {
		requireSignals();
		List<String> command = new ArrayList<>(List.of("sh", "-c", "kill \"$@\"", "kill", "-" + signal));
		pids.forEach((pid) -> command.add(Long.toString(pid)));
		return Commands.execute(Path.of("/"), command);
	}

	private static boolean isAlive(ProcessHandle process) {
		// An ended child of an ended parent may stay a zombie; its sockets are closed.
		return Files.isDirectory(PROC) ? state(process.pid()) != 'Z' && state(process.pid()) != 'X' : process.isAlive();
	}

	private static boolean isStopped(long pid) {
		if (!Files.isDirectory(PROC)) {
			return true;
		}
		char state = state(pid);
		return state == 'T' || state == 'Z' || state == 'X';
	}

	private static char state(long pid) {
		try {
			String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
			return stat.charAt(stat.lastIndexOf(')') + 2);
		}
		catch (IOException ex) {
			return 'X';
		}
	}

	private static void requireSignals() {
		if (!Platform.current().hasSignals()) {
			throw new UnsupportedOperationException("Processes cannot be signalled on this platform");
		}
	}

}
