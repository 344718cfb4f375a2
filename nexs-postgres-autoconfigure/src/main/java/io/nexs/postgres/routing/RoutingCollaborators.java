package io.nexs.postgres.routing;

import java.time.Duration;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.limits.TimeLimits;

/**
 * What a {@link RoutingDataSource} is made to work with; every part may be replaced.
 *
 * @param balancer chooses among replicas
 * @param gate what becomes of a write while no primary is known
 * @param commit how COMMIT is said
 * @param prelude text in front of a transaction
 * @param listener observes
 * @param hooks calls the hooks
 * @param text the text of statements as it goes to the driver
 * @param limits time limits of statements
 */
public record RoutingCollaborators(Balancer balancer, WriteGate gate, CommitProtocol commit, Prelude prelude,
		RoutingListener listener, HookDispatcher hooks, StatementText text, TimeLimits limits) {

	/**
	 * Round-robin, writes that wait for a primary, plain COMMIT, no listener, no limits.
	 * @param monitor knows the roles
	 * @param writeWait longest time a write waits for a primary
	 * @return the defaults
	 */
	public static RoutingCollaborators defaults(ClusterMonitor monitor, Duration writeWait) {
		return new RoutingCollaborators(new RoundRobin(), new MonitorWriteGate(monitor, writeWait),
				CommitProtocol.PLAIN, Prelude.ISOLATION, RoutingListener.NONE, HookDispatcher.NONE,
				StatementText.UNCHANGED, TimeLimits.NONE);
	}

	/**
	 * The same with 30 s for a write to wait.
	 * @param monitor knows the roles
	 * @return the defaults
	 */
	public static RoutingCollaborators defaults(ClusterMonitor monitor) {
		return defaults(monitor, Duration.ofSeconds(30));
	}

	public RoutingCollaborators withGate(WriteGate gate) {
		return new RoutingCollaborators(this.balancer, gate, this.commit, this.prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	public RoutingCollaborators withBalancer(Balancer balancer) {
		return new RoutingCollaborators(balancer, this.gate, this.commit, this.prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	public RoutingCollaborators withCommit(CommitProtocol commit) {
		return new RoutingCollaborators(this.balancer, this.gate, commit, this.prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	public RoutingCollaborators withListener(RoutingListener listener) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, listener, this.hooks,
				this.text, this.limits);
	}

	public RoutingCollaborators withHooks(HookDispatcher hooks) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, this.listener, hooks,
				this.text, this.limits);
	}

	public RoutingCollaborators withPrelude(Prelude prelude) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	public RoutingCollaborators withText(StatementText text) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, this.listener, this.hooks,
				text, this.limits);
	}

	public RoutingCollaborators withLimits(TimeLimits limits) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, this.listener, this.hooks,
				this.text, limits);
	}

}
