package io.nexs.sample.demo;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;

/**
 * Lets things happen to the embedded cluster. None of it tells the application: it finds
 * out by itself, as it would with any other cluster. An operation on an unknown node
 * throws {@link java.util.NoSuchElementException}, an impossible one
 * {@link IllegalStateException}.
 */
class DemoOperations {

	private final EmbeddedCluster cluster;

	DemoOperations(EmbeddedCluster cluster) {
		this.cluster = cluster;
	}

	ClusterView killPrimary() {
		requireStandbyAfterwards();
		EmbeddedNode primary = this.cluster.primary();
		primary.kill();
		return view("killed the primary " + primary.id());
	}

	ClusterView freezePrimary() {
		requireStandbyAfterwards();
		EmbeddedNode primary = this.cluster.primary();
		primary.freeze();
		return view("froze the primary " + primary.id());
	}

	ClusterView switchover() {
		EmbeddedNode candidate = this.cluster.replicas()
			.stream()
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No replica could take over"));
		this.cluster.switchover(candidate.id());
		return view("switched over to " + candidate.id());
	}

	ClusterView promote(String node) {
		if (this.cluster.node(node).isRunning()) {
			requireStandbyAfterwards();
		}
		this.cluster.promote(node);
		return view("promoted " + node);
	}

	ClusterView kill(String node) {
		EmbeddedNode victim = running(node);
		requireStandbyAfterwards();
		victim.kill();
		return view("killed " + node);
	}

	ClusterView thaw(String node) {
		EmbeddedNode frozen = running(node);
		if (!frozen.isFrozen()) {
			throw new IllegalStateException(node + " is not frozen");
		}
		frozen.thaw();
		return view("thawed " + node);
	}

	ClusterView rejoin(String node) {
		this.cluster.rejoin(node);
		return view(node + " follows " + this.cluster.primary().id());
	}

	ClusterView pauseReplay(String node) {
		running(node).pauseReplay();
		return view("paused replay on " + node);
	}

	ClusterView resumeReplay(String node) {
		running(node).resumeReplay();
		return view("resumed replay on " + node);
	}

	/**
	 * Each COMMIT waits for a standby, so one has to be left besides the next primary.
	 */
	private void requireStandbyAfterwards() {
		int standbys = this.cluster.replicas().size();
		if (standbys < 2) {
			throw new IllegalStateException("Only " + standbys + " replica is there, and each COMMIT waits for one;"
					+ " bring another node back first: POST /demo/rejoin/{node}");
		}
	}

	private EmbeddedNode running(String id) {
		EmbeddedNode node = this.cluster.node(id);
		if (!node.isRunning()) {
			throw new IllegalStateException(id + " is not running");
		}
		return node;
	}

	private ClusterView view(String done) {
		return ClusterView.of(done, this.cluster);
	}

}
