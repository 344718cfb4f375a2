package io.nexs.postgres.routing;

import io.nexs.postgres.cluster.ClusterMonitor;

/**
 * What a {@link RoutingDataSource} is made to work with; every part may be replaced.
 *
 * @param balancer chooses among replicas
 * @param gate what becomes of a write while no primary is known
 * @param commit how COMMIT is said
 * @param prelude text in front of a transaction
 * @param listener observes
 */
public record RoutingCollaborators(Balancer balancer, WriteGate gate, CommitProtocol commit, Prelude prelude,
		RoutingListener listener) {

	/**
	 * Round-robin, writes that wait for a primary as long as their acquire time lasts,
	 * plain COMMIT, no listener.
	 * @param monitor knows the roles
	 * @return the defaults
	 */
	public static RoutingCollaborators defaults(ClusterMonitor monitor) {
		return new RoutingCollaborators(new RoundRobin(), new MonitorWriteGate(monitor), CommitProtocol.PLAIN,
				Prelude.ISOLATION, RoutingListener.NONE);
	}

	public RoutingCollaborators withBalancer(Balancer balancer) {
		return new RoutingCollaborators(balancer, this.gate, this.commit, this.prelude, this.listener);
	}

	public RoutingCollaborators withCommit(CommitProtocol commit) {
		return new RoutingCollaborators(this.balancer, this.gate, commit, this.prelude, this.listener);
	}

	public RoutingCollaborators withListener(RoutingListener listener) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, listener);
	}

}
