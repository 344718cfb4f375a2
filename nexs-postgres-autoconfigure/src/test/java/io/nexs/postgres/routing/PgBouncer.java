package io.nexs.postgres.routing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real PgBouncer with transaction pooling in front of one node, on a port of its own.
 * Two connections to the server are all it opens for the database of the node.
 */
public final class PgBouncer implements AutoCloseable {

	/**
	 * Connections to the server.
	 */
	static final int SERVER_CONNECTIONS = 2;

	/**
	 * Another name for the database, with one connection to the server of its own.
	 */
	public static final String PROBES = "probes";

	private static final List<String> PLACES = List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin");

	private final int port;

	private final Path directory;

	private final Process process;

	private final Thread hook = new Thread(this::end, "end-pgbouncer");

	private PgBouncer(int server, String... settings) {
		try {
			this.port = freePort();
			this.directory = Files.createTempDirectory("pgbouncer-");
			// Within a user namespace the files belong to somebody else
			Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
			Path users = Files.writeString(this.directory.resolve("users.txt"), "\"postgres\" \"\"\n");
			Path configuration = Files.writeString(this.directory.resolve("pgbouncer.ini"),
					configuration(server, users, settings));
			List<String> command = new ArrayList<>();
			if ("root".equals(System.getProperty("user.name"))) {
				// It refuses to run as root; in a user namespace root is an ordinary user
				command.addAll(List.of("unshare", "-U"));
			}
			command.addAll(List.of(String.valueOf(executable()), configuration.toString()));
			this.process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("log").toFile())
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Runtime.getRuntime().addShutdownHook(this.hook);
	}

	/**
	 * Whether the program is there.
	 */
	public static boolean isInstalled() {
		return executable() != null;
	}

	private static @Nullable Path executable() {
		Stream<String> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"));
		return Stream.concat(path, PLACES.stream())
			.map((place) -> Path.of(place, "pgbouncer"))
			.filter(Files::isExecutable)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Starts one in front of a node and waits until it accepts connections.
	 * @param node the node
	 * @param settings further lines of the section {@code [pgbouncer]}
	 */
	public static PgBouncer before(EmbeddedNode node, String... settings) {
		return started(new PgBouncer(node.directPort(), settings));
	}

	/**
	 * The same in front of the relay of a node.
	 * @param node the node
	 */
	public static PgBouncer beforeRelay(EmbeddedNode node) {
		return started(new PgBouncer(node.port()));
	}

	private static PgBouncer started(PgBouncer started) {
		try {
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(started::accepts);
			return started;
		}
		catch (RuntimeException ex) {
			String log = started.log();
			started.close();
			throw new IllegalStateException(log, ex);
		}
	}

	private String configuration(int server, Path users, String... settings) {
		return """
				[databases]
				postgres = host=127.0.0.1 port=%d dbname=postgres
				%s = host=127.0.0.1 port=%d dbname=postgres pool_size=1
				[pgbouncer]
				listen_addr = 127.0.0.1
				listen_port = %d
				unix_socket_dir =
				auth_type = trust
				auth_file = %s
				pool_mode = transaction
				default_pool_size = %d
				max_client_conn = 500
				server_login_retry = 1
				query_wait_timeout = 30
				%s
				""".formatted(server, PROBES, server, this.port, users, SERVER_CONNECTIONS,
				String.join("\n", settings));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			return socket.getLocalPort();
		}
	}

	private boolean accepts() {
		if (!this.process.isAlive()) {
			throw new IllegalStateException("pgbouncer ended with " + this.process.exitValue());
		}
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Host and port for a DSN.
	 */
	public String address() {
		return "127.0.0.1:" + this.port;
	}

	/**
	 * What it said.
	 */
	String log() {
		try {
			return Files.readString(this.directory.resolve("log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		end();
		Runtime.getRuntime().removeShutdownHook(this.hook);
	}

	private void end() {
		try {
			this.process.destroy();
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
			for (String file : List.of("users.txt", "pgbouncer.ini", "log")) {
				Files.deleteIfExists(this.directory.resolve(file));
			}
			Files.deleteIfExists(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
