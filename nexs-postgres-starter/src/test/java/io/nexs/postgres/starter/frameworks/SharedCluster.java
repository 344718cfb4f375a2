package io.nexs.postgres.starter.frameworks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One cluster of a primary and two replicas for all test classes of the JVM, with the
 * tables of the contract. Test methods take it as a parameter.
 */
final class SharedCluster implements ParameterResolver {

	private static final String[] SCHEMA = { "create table item (id bigint primary key, text text)",
			"create table many (id bigint primary key)", "insert into many select generate_series(1, 10000)",
			"create sequence item_seq", "create table part (id bigint primary key, item_id bigint)" };

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == EmbeddedCluster.class;
	}

	@Override
	public EmbeddedCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return context.getRoot()
			.getStore(ExtensionContext.Namespace.GLOBAL)
			.computeIfAbsent(SharedCluster.class, (type) -> start(), EmbeddedCluster.class);
	}

	private static EmbeddedCluster start() {
		EmbeddedCluster cluster = EmbeddedCluster.builder().start();
		execute(cluster.primary(), SCHEMA);
		awaitReplicas(cluster);
		return cluster;
	}

	static void execute(EmbeddedNode node, String... statements) {
		try (Connection connection = node.connect(); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The first column of all rows of a query that is asked of a server directly.
	 */
	static List<String> query(EmbeddedNode node, String sql) {
		List<String> values = new ArrayList<>();
		try (Connection connection = node.connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				values.add(rows.getString(1));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return values;
	}

	/**
	 * Waits until the replicas have replayed all that the primary has written.
	 */
	static void awaitReplicas(EmbeddedCluster cluster) {
		String position = query(cluster.primary(), "select pg_current_wal_insert_lsn()").get(0);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.until(() -> cluster.replicas()
				.stream()
				.allMatch((node) -> query(node, "select pg_last_wal_replay_lsn() >= '" + position + "'::pg_lsn").get(0)
					.equals("t")));
	}

}
