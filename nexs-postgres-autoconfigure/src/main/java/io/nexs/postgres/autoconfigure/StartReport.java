package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.util.TreeSet;

import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.pool.ConnectionBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once what the application works with: the nodes, the limits of every wait, and
 * what in the configuration will not do what it seems to. Shows no secret.
 */
final class StartReport {

	private static final Logger logger = LoggerFactory.getLogger(NexsDbAutoConfiguration.class);

	private final ConfiguredNodes nodes;

	private final NexsDbProperties properties;

	private final ConnectionBudget budget;

	private final boolean springUrl;

	StartReport(ConfiguredNodes nodes, NexsDbProperties properties, ConnectionBudget budget, boolean springUrl) {
		this.nodes = nodes;
		this.properties = properties;
		this.budget = budget;
		this.springUrl = springUrl;
	}

	void log(Topology topology) {
		for (NodeState state : topology.nodes()) {
			logger.info("Node {}", describe(state));
		}
		this.budget.check();
		if (this.properties.profile() != NexsDbProfile.DEFAULT) {
			logger.info("Profile '{}' fills what is not set of {}", ProfileSettings.text(this.properties.profile()),
					new TreeSet<>(this.properties.profile().settings().keySet()));
		}
		logLimits();
		this.nodes.ignoredParameters()
			.forEach((place, names) -> logger.warn("Parameters of '{}' without effect: {}", place, names));
		if (this.springUrl && this.nodes.origin() != AddressOrigin.SPRING_DATASOURCE) {
			logger.warn("'spring.datasource.url' is ignored: the addresses come from {}", this.nodes.origin());
		}
		if (isOverridden()) {
			logger.warn("The servers named under 'nexs.db' are ignored: the addresses come from {}",
					this.nodes.origin());
		}
	}

	private boolean isOverridden() {
		return this.nodes.origin() != AddressOrigin.PROPERTIES && Addresses.hasServers(this.properties);
	}

	private String describe(NodeState state) {
		NodeIdentity identity = state.identity();
		return state.describe() + ((identity != null) ? ", PostgreSQL " + identity.serverVersion() : "") + ", from "
				+ this.nodes.origin();
	}

	private void logLimits() {
		NexsDbProperties.Pool pool = this.properties.pool();
		logger.info(
				"Limits: write without a primary {} ms (failover.wait-timeout), connection {} ms "
						+ "(pool.connection-timeout), TCP connect {} ms (pool.connect-timeout), "
						+ "login {} ms (pool.login-timeout), silent server {} (pool.socket-timeout), "
						+ "probe {} ms (monitor.timeout), servers at the start {} (startup.timeout), "
						+ "{} connections per node (pool.max-conns)",
				this.properties.failover().waitTimeout().toMillis(), pool.connectionTimeout().toMillis(),
				pool.connectTimeout().toMillis(), pool.loginTimeout().toMillis(), text(pool.socketTimeout()),
				this.properties.monitor().timeout().toMillis(), startup(), pool.maxConns());
	}

	private String startup() {
		NexsDbProperties.Startup startup = this.properties.startup();
		return (startup.mode() == NexsDbProperties.StartupMode.WAIT) ? startup.timeout().toMillis() + " ms"
				: "not waited for";
	}

	private static String text(Duration limit) {
		return limit.isZero() ? "no limit" : limit.toMillis() + " ms";
	}

}
