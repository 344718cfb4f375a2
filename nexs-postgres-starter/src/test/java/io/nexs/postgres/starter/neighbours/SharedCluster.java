package io.nexs.postgres.starter.neighbours;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One primary and one replica for all tests of this package, which end with the JVM. Each
 * test class has a database of its own.
 */
public final class SharedCluster {

	private static @Nullable EmbeddedCluster cluster;

	private SharedCluster() {
	}

	private static synchronized EmbeddedCluster cluster() {
		EmbeddedCluster running = cluster;
		if (running == null) {
			running = EmbeddedCluster.builder().replicas(1).start();
			cluster = running;
		}
		return running;
	}

	/**
	 * Creates a database and waits until the replica has it.
	 * @param name its name
	 * @return a DSN with both nodes
	 */
	public static String database(String name) {
		onPrimary("postgres", "create database " + name);
		awaitReplay();
		return dsn(name);
	}

	static String dsn(String database) {
		return cluster().dsn().replaceFirst("/postgres$", "/" + database);
	}

	static EmbeddedNode primary() {
		return cluster().nodes().get(0);
	}

	static EmbeddedNode replica() {
		return cluster().nodes().get(1);
	}

	/**
	 * Port by which the primary is known to itself.
	 */
	public static int primaryPort() {
		return primary().directPort();
	}

	/**
	 * Port by which the replica is known to itself.
	 */
	public static int replicaPort() {
		return replica().directPort();
	}

	/**
	 * Executes statements on the primary, as superuser and past every pool.
	 */
	static void onPrimary(String database, String... statements) {
		try (Connection connection = connect(primary(), database); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Rows of the primary's database, each as text of its first column.
	 */
	static List<String> rows(String database, String sql) {
		return rows(primary(), database, sql);
	}

	static List<String> rows(EmbeddedNode node, String database, String sql) {
		List<String> rows = new ArrayList<>();
		try (Connection connection = connect(node, database);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			while (result.next()) {
				rows.add(Objects.toString(result.getString(1)));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return rows;
	}

	/**
	 * Waits until the replica has replayed what the primary has written. The position to
	 * insert at next may lie behind the header of a page nobody has begun, so the flushed
	 * one is compared.
	 */
	static void awaitReplay() {
		String written = rows("postgres", "select pg_current_wal_flush_lsn()").get(0);
		String replayed = "select pg_last_wal_replay_lsn() >= '" + written + "'::pg_lsn";
		Awaitility.await().until(() -> rows(replica(), "postgres", replayed).get(0).equals("t"));
	}

	private static Connection connect(EmbeddedNode node, String database) throws SQLException {
		return DriverManager
			.getConnection("jdbc:postgresql://127.0.0.1:" + node.directPort() + "/" + database + "?user=postgres");
	}

}
