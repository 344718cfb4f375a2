package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.transaction.MarkerCommit;
import io.nexs.postgres.transaction.MarkerKeeper;
import io.nexs.postgres.transaction.PlainCommit;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;

/**
 * How COMMIT is said, by {@code nexs.db.transaction.outcome}.
 */
@Configuration(proxyBeanMethods = false)
final class CommitOutcomeConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CommitProtocol nexsDbCommitProtocol(ClusterMonitor monitor, NodePools pools, NexsDbProperties properties) {
		return switch (properties.transaction().outcome()) {
			case OFF -> new PlainCommit(monitor);
			case MARKER -> new MarkerCommit(monitor, pools, EngineSettings.marker(properties.transaction()));
		};
	}

	@Bean
	@DependsOn("dataSource")
	@ConditionalOnProperty(name = "nexs.db.transaction.outcome", havingValue = "marker")
	MarkerLifeCycle nexsDbMarkerLifeCycle(ClusterMonitor monitor, NodePools pools, NexsDbProperties properties,
			CommitProtocol commit, Addresses addresses) {
		return new MarkerLifeCycle(monitor,
				new MarkerKeeper(monitor, pools, EngineSettings.marker(properties.transaction())), commit, addresses,
				properties.pool().connectionTimeout());
	}

}
