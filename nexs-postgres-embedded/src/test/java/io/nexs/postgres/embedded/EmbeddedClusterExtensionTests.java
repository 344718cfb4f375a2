package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedClusterExtension}.
 */
@TestMethodOrder(OrderAnnotation.class)
class EmbeddedClusterExtensionTests {

	@RegisterExtension
	static final EmbeddedClusterExtension extension = EmbeddedClusterExtension
		.with((builder) -> builder.replicas(1).username("Owner").database("Shop"));

	private static final Set<EmbeddedCluster> seen = new HashSet<>();

	private static final Set<String> dropped = new HashSet<>();

	private static Connection left;

	@BeforeAll
	static void fillTemplate() throws SQLException {
		Clusters.execute(extension.cluster().primary(), "create table ware (id int)", "insert into ware values (1)");
	}

	@Test
	void parametersAreTheClusterAndItsNodes(EmbeddedCluster cluster, EmbeddedNode primary,
			@NodeId("node-2") EmbeddedNode second) {
		assertThat(cluster).isSameAs(extension.cluster());
		assertThat(primary).isSameAs(cluster.primary());
		assertThat(second).isSameAs(cluster.node("node-2"));
		assertSeenOnce(cluster);
	}

	@Test
	void builderIsTheOneCustomized(EmbeddedCluster cluster) throws SQLException {
		assertThat(cluster.nodes()).hasSize(2);
		assertThat(cluster.primary().admin().query(Clusters.LIMIT, "select current_user || current_database()"))
			.isEqualTo("OwnerShop");
		assertThat(cluster.node("node-2").isInRecovery()).isTrue();
		assertSeenOnce(cluster);
	}

	@Test
	@Order(1)
	void databaseWhenFreshIsOfTheTestAndOnAllNodes(EmbeddedCluster cluster, @FreshDatabase String first,
			@FreshDatabase String second) throws SQLException {
		assertThat(first).isNotEqualTo(second).startsWith("postgres://Owner@127.0.0.1:");
		for (EmbeddedNode node : cluster.nodes()) {
			assertThat(first).contains(":" + node.port());
			try (Connection connection = DriverManager.getConnection(url(node, first))) {
				assertThat(connection.getCatalog()).isEqualTo(name(first));
			}
		}
		// Left open, as a careless test does
		left = DriverManager.getConnection(url(cluster.primary(), second));
		left.createStatement().execute("create table mine (id int)");
		dropped.add(name(first));
		dropped.add(name(second));
	}

	@Test
	@Order(2)
	void databaseWhenItsTestHasEndedIsGone(EmbeddedCluster cluster) throws SQLException {
		assertThat(dropped).hasSize(2);
		assertThat(cluster.primary()
			.admin()
			.query(Clusters.LIMIT, "select count(*) from pg_database where datname like 'test\\_%'")).isEqualTo("0");
		assertThat(left.isValid(1)).isFalse();
		left.close();
	}

	@Test
	@Order(3)
	void databaseWhenItHasATemplateIsACopy(EmbeddedCluster cluster, @FreshDatabase(template = "Shop") String dsn)
			throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(cluster.primary(), dsn));
				ResultSet row = connection.createStatement().executeQuery("select id from ware")) {
			assertThat(row.next()).isTrue();
		}
	}

	private static String name(String dsn) {
		return dsn.substring(dsn.lastIndexOf('/') + 1);
	}

	private static String url(EmbeddedNode node, String dsn) {
		return "jdbc:postgresql://127.0.0.1:%d/%s?user=Owner".formatted(node.port(), name(dsn));
	}

	private static void assertSeenOnce(EmbeddedCluster cluster) {
		seen.add(cluster);
		assertThat(seen).hasSize(1);
	}

	@Nested
	class InNestedClasses {

		@Test
		void clusterIsThatOfTheOuterClass(EmbeddedCluster cluster) {
			assertThat(cluster.primary().isRunning()).isTrue();
			assertSeenOnce(cluster);
		}

	}

}
