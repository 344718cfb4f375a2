package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Copies a data directory as PostgreSQL's manual describes it for a backup with the
 * low-level API.
 */
final class BaseBackup {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Set<String> SKIPPED_FILES = Set.of("postmaster.pid", "postmaster.opts", "standby.signal",
			"nexs.conf", "backup_label", "tablespace_map");

	// Their contents belong to the running server.
	private static final Set<String> EMPTIED = Set.of("pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial",
			"pg_snapshots", "pg_stat_tmp", "pg_subtrans");

	private BaseBackup() {
	}

	/**
	 * Copy the data directory of a server that is stopped in order.
	 * @param source the data directory
	 * @param target the new data directory
	 */
	static void copyStopped(Path source, Path target) {
		try {
			copyTree(source, target, Set.of());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not copy " + source, ex);
		}
	}

	/**
	 * Copy the data directory of a running primary.
	 * @param primary the primary
	 * @param target the new data directory
	 */
	static void copyRunning(EmbeddedNode primary, Path target) {
		Path source = primary.server().data();
		try (Connection connection = primary.admin().connect(LIMIT);
				Statement statement = connection.createStatement()) {
			statement.execute("select pg_backup_start('nexs', true)");
			copyTree(source, target, EMPTIED);
			Files.createDirectories(target.resolve("pg_wal/archive_status"));
			Files.createDirectories(target.resolve("pg_wal/summaries"));
			// Last, so that it is not older than what was copied.
			Files.copy(source.resolve("global/pg_control"), target.resolve("global/pg_control"),
					StandardCopyOption.REPLACE_EXISTING);
			finish(statement, target);
		}
		catch (SQLException ex) {
			throw new EmbeddedClusterException("Could not copy %s: %s".formatted(primary.id(), ex.getMessage()), ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not copy " + primary.id(), ex);
		}
	}

	private static void finish(Statement statement, Path target) throws SQLException, IOException {
		try (ResultSet row = statement.executeQuery("select labelfile, spcmapfile from pg_backup_stop(false)")) {
			row.next();
			Files.writeString(target.resolve("backup_label"), row.getString(1));
			String tablespaces = row.getString(2);
			if (tablespaces != null && !tablespaces.isBlank()) {
				Files.writeString(target.resolve("tablespace_map"), tablespaces);
			}
		}
	}

	private static void copyTree(Path source, Path target, Set<String> emptied) throws IOException {
		Files.createDirectories(target);
		if (Files.getFileStore(target).supportsFileAttributeView("posix")) {
			// The server refuses a directory that others can read.
			Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
		}
		Files.walkFileTree(source, new CopyVisitor(source, target, emptied));
	}

	/**
	 * Copies files and ignores those that vanish.
	 */
	private static final class CopyVisitor extends SimpleFileVisitor<Path> {

		private final Path source;

		private final Path target;

		private final Set<String> emptied;

		CopyVisitor(Path source, Path target, Set<String> emptied) {
			this.source = source;
			this.target = target;
			this.emptied = emptied;
		}

		@Override
		public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
			Path relative = this.source.relativize(directory);
			Files.createDirectories(this.target.resolve(relative));
			return this.emptied.contains(relative.toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
			Path relative = this.source.relativize(file);
			if (!SKIPPED_FILES.contains(relative.toString())) {
				try {
					Files.copy(file, this.target.resolve(relative), StandardCopyOption.REPLACE_EXISTING);
				}
				catch (NoSuchFileException ex) {
					return FileVisitResult.CONTINUE;
				}
			}
			return FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
			if (failure instanceof NoSuchFileException) {
				return FileVisitResult.CONTINUE;
			}
			throw failure;
		}

		@Override
		public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
			if (failure == null || failure instanceof NoSuchFileException) {
				return FileVisitResult.CONTINUE;
			}
			throw failure;
		}

	}

}
