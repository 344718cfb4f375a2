package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.pool.AdaptivePoolSizer;
import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.Balancer;
import io.nexs.postgres.routing.RoutingControl;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What changes routing and the sizes of pools in the running process, and what watches
 * over the sum of the connections. A bean of the application that balances reads is kept.
 */
@Configuration(proxyBeanMethods = false)
class PoolConfiguration {

	/**
	 * A connection of the prober.
	 */
	private static final int PROBES = 1;

	@Bean
	@ConditionalOnMissingBean
	RoutingControl nexsDbRoutingControl(NodePools pools, NexsDbProperties properties,
			ObjectProvider<Balancer> balancer) {
		NexsDbProperties.Read read = properties.read();
		Balancer own = balancer.getIfAvailable();
		return (own != null) ? new RoutingControl(pools, read.preference(), own)
				: new RoutingControl(pools, read.preference(), read.balancer());
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionBudget nexsDbConnectionBudget(NodePools pools, ClusterMonitor monitor, NexsDbProperties properties) {
		int own = PROBES + (properties.server().enabled() ? 1 : 0);
		return new ConnectionBudget(pools, monitor::topology, properties.pool().instances(), own);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "nexs.db.pool.adaptive.enabled")
	AdaptivePoolSizer nexsDbAdaptivePoolSizer(NodePools pools, ConnectionBudget budget, NexsDbProperties properties) {
		return new AdaptivePoolSizer(pools, budget::largestPool, EngineSettings.adaptive(properties.pool()));
	}

}
