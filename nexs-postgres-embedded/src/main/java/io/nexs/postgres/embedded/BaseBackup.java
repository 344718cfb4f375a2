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

	/**
	 * Version in which the functions got the names they have now.
	 */
	private static final int RENAMED = 15;

	private final Path target;

	private final ClusterDirectory cluster;

	/**
	 * Create a copy to be made.
	 * @param target the new data directory, in a directory that exists
	 * @param cluster the cluster's directory
	 */
	BaseBackup(Path target, ClusterDirectory cluster) {
		this.target = target;
		this.cluster = cluster;
	}

	/**
	 * Copy the data directory of a server that is stopped in order.
	 * @param source the data directory
	 */
	void copyStopped(Path source) {
		try {
			copyTree(source, Set.of());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not copy " + source, ex);
		}
	}

	/**
	 * Copy the data directory of a running primary.
	 * @param primary the primary
	 */
	void copyRunning(EmbeddedNode primary) {
		Path source = primary.server().data();
		try (Connection connection = primary.admin().connect(LIMIT);
				Statement statement = connection.createStatement()) {
			boolean renamed = primary.server().major() >= RENAMED;
			statement.execute(
					renamed ? "select pg_backup_start('nexs', true)" : "select pg_start_backup('nexs', true, false)");
			copyTree(source, EMPTIED);
			Files.createDirectory(this.target.resolve("pg_wal/archive_status"));
			if (Files.isDirectory(source.resolve("pg_wal/summaries"))) {
				Files.createDirectory(this.target.resolve("pg_wal/summaries"));
			}
			// Last, so that it is not older than what was copied.
			Files.copy(source.resolve("global/pg_control"), this.target.resolve("global/pg_control"),
					StandardCopyOption.REPLACE_EXISTING);
			finish(statement, renamed ? "pg_backup_stop(false)" : "pg_stop_backup(false, false)");
		}
		catch (SQLException ex) {
			throw new EmbeddedClusterException("Could not copy %s: %s".formatted(primary.id(), ex.getMessage()), ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not copy " + primary.id(), ex);
		}
	}

	private void finish(Statement statement, String stop) throws SQLException, IOException {
		try (ResultSet row = statement.executeQuery("select labelfile, spcmapfile from " + stop)) {
			row.next();
			Files.writeString(this.target.resolve("backup_label"), row.getString(1));
			String tablespaces = row.getString(2);
			if (tablespaces != null && !tablespaces.isBlank()) {
				Files.writeString(this.target.resolve("tablespace_map"), tablespaces);
			}
		}
	}

	private void copyTree(Path source, Set<String> emptied) throws IOException {
		Files.walkFileTree(source, new CopyVisitor(source, emptied));
	}

	private void createDirectory(Path directory) throws IOException {
		this.cluster.requireOpen();
		Files.createDirectory(directory);
		if (directory.equals(this.target) && Platform.current().hasSignals()) {
			// The server refuses a directory that others can read.
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
		}
	}

	/**
	 * Copies files and ignores those that vanish.
	 */
	private final class CopyVisitor extends SimpleFileVisitor<Path> {

		private final Path source;

		private final Set<String> emptied;

		CopyVisitor(Path source, Set<String> emptied) {
			this.source = source;
			this.emptied = emptied;
		}

		@Override
		public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
			Path relative = this.source.relativize(directory);
			createDirectory(target(relative));
			return this.emptied.contains(relative.toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
		}

		private Path target(Path relative) {
			return BaseBackup.this.target.resolve(relative);
		}

		@Override
		public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
			Path relative = this.source.relativize(file);
			if (!SKIPPED_FILES.contains(relative.toString())) {
				try {
					Files.copy(file, target(relative), StandardCopyOption.REPLACE_EXISTING);
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
