package io.nexs.sample.demo;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * All operations, each with the reason when it would be refused. It says so by what the
 * application knows already and asks no server; {@link DemoOperations} has the last word.
 */
@Component
public class DemoMenu {

	private static final String NOT_EMBEDDED = "The application does not run on the embedded cluster";

	private static final String NO_PRIMARY = "There is no primary at the moment";

	private final ObjectProvider<EmbeddedCluster> cluster;

	DemoMenu(ObjectProvider<EmbeddedCluster> cluster) {
		this.cluster = cluster;
	}

	/**
	 * Lists the operations on the cluster, then those on each node.
	 * @param topology what the application knows of the cluster
	 * @return the operations, always the same ones in the same order
	 */
	public List<DemoChoice> choices(Topology topology) {
		EmbeddedCluster embedded = this.cluster.getIfAvailable();
		List<DemoChoice> choices = new ArrayList<>();
		for (String operation : List.of("kill-primary", "freeze-primary")) {
			choices.add(choice(operation, embedded, !topology.hasPrimary() ? NO_PRIMARY : lastStandby(topology)));
		}
		choices.add(choice("switchover", embedded,
				!topology.hasPrimary() ? NO_PRIMARY : (standbys(topology) == 0) ? "No replica could take over" : null));
		for (NodeState node : topology.nodes()) {
			NodeMenu menu = new NodeMenu(topology, node, node(embedded, node.id()));
			choices.add(new DemoChoice("kill", node.id(), menu.kill()));
			choices.add(new DemoChoice("rejoin", node.id(), menu.rejoin()));
			choices.add(new DemoChoice("thaw", node.id(), menu.thaw()));
			choices.add(new DemoChoice("promote", node.id(), menu.promote()));
			choices.add(new DemoChoice("pause-replay", node.id(), menu.replay()));
			choices.add(new DemoChoice("resume-replay", node.id(), menu.replay()));
		}
		return choices;
	}

	private static DemoChoice choice(String operation, @Nullable EmbeddedCluster embedded, @Nullable String refusal) {
		return new DemoChoice(operation, null, (embedded != null) ? refusal : NOT_EMBEDDED);
	}

	private static @Nullable EmbeddedNode node(@Nullable EmbeddedCluster embedded, String id) {
		return (embedded == null) ? null
				: embedded.nodes().stream().filter((node) -> node.id().equals(id)).findFirst().orElse(null);
	}

	private static long standbys(Topology topology) {
		return topology.nodes()
			.stream()
			.filter((node) -> node.role() == NodeRole.REPLICA && node.status().takesWork())
			.count();
	}

	private static @Nullable String lastStandby(Topology topology) {
		return (standbys(topology) < 2)
				? "Each COMMIT waits for a replica, and only one is left: bring another node back first" : null;
	}

	/**
	 * Why something cannot be done to a node; {@code null} when it can.
	 */
	private record NodeMenu(Topology topology, NodeState state, @Nullable EmbeddedNode node) {

		@Nullable String kill() {
			return (notRunning() != null) ? notRunning() : lastStandby(this.topology);
		}

		@Nullable String rejoin() {
			if (this.node == null) {
				return NOT_EMBEDDED;
			}
			if (!this.topology.hasPrimary()) {
				return NO_PRIMARY;
			}
			if (isPrimary()) {
				return id() + " is the primary";
			}
			return (this.state.role() == NodeRole.REPLICA && this.state.status() == NodeStatus.HEALTHY
					&& this.node.isRunning() && !this.node.isFrozen()) ? id() + " follows the primary already" : null;
		}

		@Nullable String thaw() {
			return (notRunning() != null) ? notRunning()
					: (this.node != null && !this.node.isFrozen()) ? id() + " is not frozen" : null;
		}

		@Nullable String promote() {
			return (replay() != null) ? replay() : lastStandby(this.topology);
		}

		@Nullable String replay() {
			if (notRunning() != null) {
				return notRunning();
			}
			return (this.state.role() != NodeRole.REPLICA) ? id() + " is not a replica" : null;
		}

		private @Nullable String notRunning() {
			return (this.node == null) ? NOT_EMBEDDED : !this.node.isRunning() ? id() + " is not running" : null;
		}

		private boolean isPrimary() {
			return this.topology.primary() != null && this.topology.primary().id().equals(id());
		}

		private String id() {
			return this.state.id();
		}

	}

}
