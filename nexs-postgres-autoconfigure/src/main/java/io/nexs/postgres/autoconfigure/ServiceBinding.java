package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A service binding as the
 * <a href="https://servicebinding.io/spec/core/1.1.0/#workload-projection">specification
 * for Kubernetes</a> lays it out: a folder with a file for each entry, the name of the
 * file being the key.
 *
 * @param folder the folder
 */
record ServiceBinding(Path folder) {

	private static final List<String> TYPES = List.of("postgresql", "postgres");

	/**
	 * All bindings under a folder, by name.
	 */
	static List<ServiceBinding> under(Path root) {
		if (!Files.isDirectory(root)) {
			return List.of();
		}
		try (Stream<Path> folders = Files.list(root)) {
			return folders.filter(Files::isDirectory)
				.filter((folder) -> !folder.getFileName().toString().startsWith("."))
				.sorted()
				.map(ServiceBinding::new)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String name() {
		return this.folder.getFileName().toString();
	}

	boolean isPostgres() {
		String type = entry("type");
		return type != null && TYPES.stream().anyMatch(type::equalsIgnoreCase);
	}

	/**
	 * The servers of the binding with user and password: what {@code uri} or
	 * {@code jdbc-url} says, or {@code host}, {@code port} and {@code database}; the
	 * other entries are added to it.
	 * @return a DSN, or {@code null} if the binding names no server
	 */
	@Nullable String dsn() {
		String dsn = entry("uri", "jdbc-url", "jdbc-uri");
		StringJoiner parameters = new StringJoiner("&");
		if (dsn == null) {
			String host = entry("host");
			if (host == null) {
				return null;
			}
			String database = entry("database", "dbname");
			dsn = "postgres:///" + ((database != null) ? encode(database) : "");
			add(parameters, "host", host);
			add(parameters, "port", entry("port"));
		}
		add(parameters, "user", entry("username", "user"));
		add(parameters, "password", entry("password"));
		add(parameters, "sslmode", entry("sslmode"));
		add(parameters, "sslrootcert", certificate());
		add(parameters, "options", entry("options"));
		return (parameters.length() > 0) ? dsn + (dsn.contains("?") ? "&" : "?") + parameters : dsn;
	}

	/**
	 * The entry names a file, which may be one of the binding.
	 */
	private @Nullable String certificate() {
		String name = entry("sslrootcert");
		return (name != null) ? this.folder.resolve(name).toString() : null;
	}

	private static void add(StringJoiner parameters, String name, @Nullable String value) {
		if (value != null) {
			parameters.add(name + "=" + encode(value));
		}
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	/**
	 * The first of these entries that is there, without the white space around it.
	 */
	private @Nullable String entry(String... keys) {
		for (String key : keys) {
			Path file = this.folder.resolve(key);
			try {
				String value = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
				if (!value.isEmpty()) {
					return value;
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return null;
	}

}
