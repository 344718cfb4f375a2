package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.pool.AdaptivePoolSizer;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.ServerMonitor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;

/**
 * What looks at the servers and at this process: their figures, and what endangers the
 * application. Each can be switched off; without the figures the safety monitor sees no
 * sessions of the servers.
 */
@Configuration(proxyBeanMethods = false)
class ObservationConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "nexs.db.server.enabled", matchIfMissing = true)
	ServerMonitor nexsDbServerMonitor(ClusterMonitor monitor, NodeConnector connector, NexsDbProperties properties) {
		return new ServerMonitor(monitor, connector, EngineSettings.server(properties));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "nexs.db.safety.enabled", matchIfMissing = true)
	SafetyMonitor nexsDbSafetyMonitor(NodePools pools, NexsDbProperties properties,
			ObjectProvider<ServerMonitor> servers) {
		SafetyMonitor safety = new SafetyMonitor(pools, EngineSettings.safety(properties.safety()));
		servers.ifAvailable((monitor) -> monitor.addListener(safety));
		return safety;
	}

	@Bean
	@DependsOn("dataSource")
	ObservationLifeCycle nexsDbObservationLifeCycle(ObjectProvider<ServerMonitor> servers,
			ObjectProvider<SafetyMonitor> safety, ObjectProvider<AdaptivePoolSizer> sizer) {
		return new ObservationLifeCycle(servers.getIfAvailable(), safety.getIfAvailable(), sizer.getIfAvailable());
	}

}
