package io.nexs.postgres.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.util.LinuxUtils;

/**
 * What the operating system offers for running and signalling servers.
 */
enum Platform {

	LINUX("linux"), MAC("darwin"), WINDOWS("windows");

	private static final Platform CURRENT = detect();

	private static final List<String> SESSION = (CURRENT == LINUX && onPath("setsid")) ? List.of("setsid") : List.of();

	private static final List<String> NAMESPACE = (CURRENT == LINUX && LinuxUtils.isUnshareAvailable())
			? List.of("unshare", "-U") : List.of();

	private final String binariesName;

	Platform(String binariesName) {
		this.binariesName = binariesName;
	}

	static Platform current() {
		return CURRENT;
	}

	/**
	 * Return the name of this system in the names of the archives.
	 * @return the system's name
	 */
	String binariesName() {
		return this.binariesName;
	}

	boolean hasSignals() {
		return this != WINDOWS;
	}

	/**
	 * Return the command for a program in a session of its own where possible, so that a
	 * terminal's Ctrl-C reaches the JVM and not the program.
	 * @param command the program and its arguments
	 * @return the command to run
	 */
	static List<String> detached(List<String> command) {
		return concat(SESSION, command);
	}

	/**
	 * Return the command for a PostgreSQL program. PostgreSQL refuses to run as root; in
	 * a user namespace root is an ordinary user.
	 * @param command the program and its arguments
	 * @return the command to run
	 */
	static List<String> server(List<String> command) {
		return detached(concat(NAMESPACE, command));
	}

	private static List<String> concat(List<String> first, List<String> second) {
		return Stream.concat(first.stream(), second.stream()).toList();
	}

	private static boolean onPath(String program) {
		String path = System.getenv().getOrDefault("PATH", "");
		return Stream.of(path.split(":")).anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
	}

	private static Platform detect() {
		String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
		if (name.startsWith("windows")) {
			return WINDOWS;
		}
		return name.startsWith("mac") ? MAC : LINUX;
	}

}
