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
import org.springframework.context.annotation.Import;

/**
 * How COMMIT is said, by {@code nexs.db.transaction.outcome}.
 */
@Configuration(proxyBeanMethods = false)
@Import({ CommitOutcomeConfiguration.MarkerConfiguration.class, CommitOutcomeConfiguration.PlainConfiguration.class })
final class CommitOutcomeConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "nexs.db.transaction.outcome", havingValue = "marker")
	@ConditionalOnMissingBean(CommitProtocol.class)
	static final class MarkerConfiguration {

		@Bean
		MarkerCommit nexsDbCommitProtocol(ClusterMonitor monitor, NodePools pools, NexsDbProperties properties) {
			return new MarkerCommit(monitor, pools, EngineSettings.marker(properties.transaction()));
		}

		@Bean
		@DependsOn("dataSource")
		MarkerLifeCycle nexsDbMarkerLifeCycle(ClusterMonitor monitor, NodePools pools, NexsDbProperties properties,
				MarkerCommit commit, Addresses addresses) {
			return new MarkerLifeCycle(monitor,
					new MarkerKeeper(monitor, pools, EngineSettings.marker(properties.transaction())), commit,
					addresses, properties.pool().connectionTimeout());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(CommitProtocol.class)
	static final class PlainConfiguration {

		@Bean
		PlainCommit nexsDbCommitProtocol(ClusterMonitor monitor) {
			return new PlainCommit(monitor);
		}

	}

}
