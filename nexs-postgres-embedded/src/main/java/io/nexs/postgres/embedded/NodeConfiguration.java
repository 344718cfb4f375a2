package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of a server's configuration this package owns: a file that
 * {@code postgresql.conf} includes. What a test sets with {@code ALTER SYSTEM} goes
 * before it. Guarded by its own monitor.
 */
final class NodeConfiguration {

	private static final String FILE = "nexs.conf";

	private static final Map<String, String> DEFAULTS = Map.ofEntries(Map.entry("listen_addresses", "127.0.0.1"),
			Map.entry("unix_socket_directories", ""), Map.entry("max_connections", "300"),
			Map.entry("shared_buffers", "32MB"), Map.entry("jit", "off"), Map.entry("fsync", "off"),
			Map.entry("synchronous_commit", "on"), Map.entry("wal_level", "replica"), Map.entry("hot_standby", "on"),
			Map.entry("max_wal_senders", "20"), Map.entry("wal_keep_size", "256MB"),
			Map.entry("wal_sender_timeout", "10s"), Map.entry("wal_receiver_timeout", "10s"),
			Map.entry("wal_receiver_status_interval", "1s"), Map.entry("wal_retrieve_retry_interval", "100ms"),
			Map.entry("log_checkpoints", "off"), Map.entry("log_line_prefix", "%m [%p] %a "));

	private static final int IO_METHODS = 18;

	private final Map<String, String> values = new LinkedHashMap<>(DEFAULTS);

	NodeConfiguration(String id, int port, int major, Map<String, String> parameters) {
		if (major >= IO_METHODS) {
			this.values.put("io_method", "sync");
		}
		if (Platform.current().hasSignals()) {
			// A killed server leaves no segment behind that is not in its data directory.
			this.values.put("dynamic_shared_memory_type", "mmap");
		}
		this.values.putAll(parameters);
		this.values.put("cluster_name", id);
		this.values.put("port", Integer.toString(port));
	}

	synchronized void set(String name, String value) {
		this.values.put(name, value);
	}

	synchronized void remove(String name) {
		this.values.remove(name);
	}

	synchronized boolean has(String name) {
		return this.values.containsKey(name);
	}

	/**
	 * Make a new data directory read this configuration.
	 * @param data the data directory
	 */
	void include(Path data) {
		try {
			Files.writeString(data.resolve("postgresql.conf"), "%ninclude '%s'%n".formatted(FILE),
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Write the configuration into a data directory, whole or not at all.
	 * @param data the data directory
	 */
	synchronized void write(Path data) {
		String text = this.values.entrySet()
			.stream()
			.map((entry) -> "%s = %s%n".formatted(entry.getKey(), quote(entry.getValue())))
			.collect(Collectors.joining());
		try {
			Path fresh = data.resolve(FILE + ".new");
			Files.writeString(fresh, text, StandardCharsets.UTF_8);
			Files.move(fresh, data.resolve(FILE), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not write " + FILE, ex);
		}
	}

	private static String quote(String value) {
		return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
	}

}
