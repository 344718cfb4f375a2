package io.nexs.postgres.embedded;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedClusterExtension}.
 */
class EmbeddedClusterExtensionTests {

	@RegisterExtension
	static final EmbeddedClusterExtension extension = EmbeddedClusterExtension
		.with((builder) -> builder.replicas(1).username("Owner").database("Shop"));

	private static final Set<EmbeddedCluster> seen = new HashSet<>();

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
