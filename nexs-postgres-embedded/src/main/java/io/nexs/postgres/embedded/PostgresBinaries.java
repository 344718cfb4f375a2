package io.nexs.postgres.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked server programs. They are unpacked once per user and version below the
 * directory of temporary files and stay there.
 *
 * @param home the directory that holds {@code bin}, {@code lib} and {@code share}
 * @param major the major version, 14 or later
 */
record PostgresBinaries(Path home, int major) {

	private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

	private static final int OWNER_EXECUTE = 0100;

	private static @Nullable PostgresBinaries unpacked;

	String program(String name) {
		return program(this.home, name);
	}

	private static String program(Path home, String name) {
		String file = (Platform.current() == Platform.WINDOWS) ? name + ".exe" : name;
		return home.resolve("bin").resolve(file).toString();
	}

	/**
	 * Read the major version from the server program, which says it whoever asks.
	 */
	private static int major(Path home) {
		String said = Commands.execute(home, List.of(program(home, "postgres"), "--version")).output();
		Matcher matcher = VERSION.matcher(said);
		if (!matcher.find()) {
			throw new EmbeddedClusterException("postgres --version says '%s'".formatted(said));
		}
		return Integer.parseInt(matcher.group(1));
	}

	/**
	 * Find the binaries of this platform on the class path and unpack them unless that
	 * has been done before.
	 * @return the unpacked binaries
	 * @throws EmbeddedClusterException when the class path has none for this platform
	 */
	static synchronized PostgresBinaries unpacked() {
		PostgresBinaries known = unpacked;
		if (known != null && Files.isDirectory(known.home())) {
			return known;
		}
		try {
			byte[] archive = archive();
			Path home = ClusterDirectory.temporaryFiles().resolve(directoryName(archive));
			// Named as a cluster's directory, so that it goes if this JVM dies meanwhile.
			Path fresh = ClusterDirectory.createTemporary(ClusterDirectory.temporaryFiles());
			if (Files.isDirectory(home)) {
				requireSameOwner(home, fresh);
				FileTrees.delete(fresh);
			}
			else {
				unpack(archive, fresh);
				publish(fresh, home);
			}
			unpacked = new PostgresBinaries(home, major(home));
			return unpacked;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not unpack the PostgreSQL binaries", ex);
		}
	}

	/**
	 * Read the archive by its name in the artifacts of io.zonky.test.postgres. Their own
	 * resolver runs a script to tell Alpine from other systems, and leaves it behind.
	 */
	private static byte[] archive() throws IOException {
		String name = archiveName();
		try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + name)) {
			if (in == null) {
				throw new EmbeddedClusterException(
						"No PostgreSQL binaries for %s on %s (%s); add the io.zonky.test.postgres artifact of this platform"
							.formatted(Platform.current().binariesName(), System.getProperty("os.arch"), name));
			}
			return in.readAllBytes();
		}
	}

	private static String archiveName() {
		String machine = switch (System.getProperty("os.arch", "")) {
			case "amd64", "x86_64" -> "x86_64";
			case "aarch64", "arm64" -> "arm_64";
			default -> System.getProperty("os.arch", "");
		};
		String system = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
		return "postgres-%s-%s%s.txz".formatted(Platform.current().binariesName(), machine, system);
	}

	private static String directoryName(byte[] archive) {
		CRC32 checksum = new CRC32();
		checksum.update(archive);
		String user = System.getProperty("user.name", "").replaceAll("\\W", "_");
		return "nexs-postgres-binaries-%s-%08x".formatted(user, checksum.getValue());
	}

	private static void requireSameOwner(Path home, Path own) throws IOException {
		if (!Files.getOwner(home).equals(Files.getOwner(own))) {
			FileTrees.delete(own);
			throw new EmbeddedClusterException("%s belongs to another user; remove it".formatted(home));
		}
	}

	private static void publish(Path fresh, Path home) throws IOException {
		try {
			Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileAlreadyExistsException | DirectoryNotEmptyException ex) {
			// Another JVM was first; its copy is the same.
			FileTrees.delete(fresh);
		}
	}

	private static void unpack(byte[] archive, Path target) throws IOException {
		try (TarArchiveInputStream in = new TarArchiveInputStream(
				new XZCompressorInputStream(new ByteArrayInputStream(archive)))) {
			for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
				write(in, entry, target);
			}
		}
	}

	private static void write(TarArchiveInputStream in, TarArchiveEntry entry, Path target) throws IOException {
		Path file = target.resolve(entry.getName()).normalize();
		if (!file.startsWith(target)) {
			throw new IOException("Entry outside of the archive: " + entry.getName());
		}
		if (entry.isDirectory()) {
			Files.createDirectories(file);
			return;
		}
		Files.createDirectories(file.getParent());
		if (entry.isSymbolicLink()) {
			Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
			return;
		}
		Files.copy(in, file);
		if ((entry.getMode() & OWNER_EXECUTE) != 0) {
			file.toFile().setExecutable(true, true);
		}
	}

}
