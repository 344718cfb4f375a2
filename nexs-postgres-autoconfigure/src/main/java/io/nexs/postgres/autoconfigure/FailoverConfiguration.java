package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.routing.ReplicaManager;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;

/**
 * What the application does about a change of the primary. A {@code WriteGate} of the
 * user is used in place of the manager, which then still counts and takes orders.
 */
@Configuration(proxyBeanMethods = false)
class FailoverConfiguration {

	@Bean
	@Fallback
	@ConditionalOnMissingBean
	FailoverManager nexsDbFailoverManager(ClusterMonitor monitor, ReplicaManager nodes, NexsDbProperties properties) {
		return new FailoverManager(monitor, nodes, EngineSettings.failover(properties.failover()));
	}

}
