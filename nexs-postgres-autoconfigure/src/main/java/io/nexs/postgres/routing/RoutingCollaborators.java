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

	/**
	 * A copy with another gate.
	 * @param gate what becomes of a write while no primary is known
	 * @return the copy
	 */
	public RoutingCollaborators withGate(WriteGate gate) {
		return new RoutingCollaborators(this.balancer, gate, this.commit, this.prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	/**
	 * A copy with another balancer.
	 * @param balancer chooses among replicas
	 * @return the copy
	 */
	public RoutingCollaborators withBalancer(Balancer balancer) {
		return new RoutingCollaborators(balancer, this.gate, this.commit, this.prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	/**
	 * A copy with another commit.
	 * @param commit how COMMIT is said
	 * @return the copy
	 */
	public RoutingCollaborators withCommit(CommitProtocol commit) {
		return new RoutingCollaborators(this.balancer, this.gate, commit, this.prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	/**
	 * A copy with another listener.
	 * @param listener observes
	 * @return the copy
	 */
	public RoutingCollaborators withListener(RoutingListener listener) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, listener, this.hooks,
				this.text, this.limits);
	}

	/**
	 * A copy with another dispatcher of hooks.
	 * @param hooks calls the hooks
	 * @return the copy
	 */
	public RoutingCollaborators withHooks(HookDispatcher hooks) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, this.listener, hooks,
				this.text, this.limits);
	}

	/**
	 * A copy with another prelude.
	 * @param prelude text in front of a transaction
	 * @return the copy
	 */
	public RoutingCollaborators withPrelude(Prelude prelude) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, prelude, this.listener, this.hooks,
				this.text, this.limits);
	}

	/**
	 * A copy with another text.
	 * @param text the text of statements as it goes to the driver
	 * @return the copy
	 */
	public RoutingCollaborators withText(StatementText text) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, this.listener, this.hooks,
				text, this.limits);
	}

	/**
	 * A copy with another set of limits.
	 * @param limits time limits of statements
	 * @return the copy
	 */
	public RoutingCollaborators withLimits(TimeLimits limits) {
		return new RoutingCollaborators(this.balancer, this.gate, this.commit, this.prelude, this.listener, this.hooks,
				this.text, limits);
	}

}
