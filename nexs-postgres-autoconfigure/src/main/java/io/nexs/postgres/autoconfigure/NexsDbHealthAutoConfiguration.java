package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.health.ClusterHealthContributor;
import io.nexs.postgres.health.HealthSettings;
import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.ServerMonitor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of {@code /actuator/health/db} with one component per node, in place
 * of Boot's own. Switched off by {@code management.health.db.enabled=false}.
 */
@AutoConfiguration(after = NexsDbAutoConfiguration.class,
		beforeName = "org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration")
@ConditionalOnClass({ CompositeHealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean({ NexsDbProperties.class, ClusterMonitor.class, NodePools.class })
@ConditionalOnEnabledHealthIndicator("db")
public final class NexsDbHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "dbHealthIndicator", "dbHealthContributor" })
	ClusterHealthContributor dbHealthContributor(ClusterMonitor monitor, NodePools pools, ConnectionBudget budget,
			NexsDbProperties properties, ObjectProvider<SafetyMonitor> safety, ObjectProvider<ServerMonitor> servers) {
		Status noPrimary = switch (properties.health().noPrimary()) {
			case DOWN -> Status.DOWN;
			case DEGRADED -> ClusterHealthContributor.DEGRADED;
		};
		ClusterHealthContributor health = new ClusterHealthContributor(monitor, pools, budget,
				new HealthSettings(noPrimary, properties.health().saturationThreshold()));
		safety.ifAvailable(health::with);
		if (properties.health().deep()) {
			servers.ifAvailable((server) -> health.with(server, EngineSettings.deep(properties.health())));
		}
		return health;
	}

}
