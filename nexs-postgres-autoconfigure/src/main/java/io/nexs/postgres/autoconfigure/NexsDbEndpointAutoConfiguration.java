package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.endpoint.ClusterDescriptor;
import io.nexs.postgres.endpoint.FailoverDescriptor;
import io.nexs.postgres.endpoint.NexsDbEndpoint;
import io.nexs.postgres.endpoint.NexsDbHooksEndpoint;
import io.nexs.postgres.endpoint.NexsDbInfoContributor;
import io.nexs.postgres.endpoint.ObservationSections;
import io.nexs.postgres.endpoint.PoolSections;
import io.nexs.postgres.endpoint.SafetyDescriptor;
import io.nexs.postgres.endpoint.SecretSettings;
import io.nexs.postgres.endpoint.ServerDescriptor;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.StatementSample;
import io.nexs.postgres.routing.RoutingControl;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.ServerMonitor;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of {@code /actuator/nexsdb} and of what {@code /actuator/info} says
 * of the database.
 */
@AutoConfiguration(after = NexsDbAutoConfiguration.class)
@ConditionalOnClass({ ConditionalOnAvailableEndpoint.class, InfoContributor.class })
@ConditionalOnBean({ NexsDbProperties.class, ClusterMonitor.class, NodePools.class, FailoverManager.class })
public final class NexsDbEndpointAutoConfiguration {

	/**
	 * The endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(NexsDbEndpoint.class)
	@RegisterReflectionForBinding({ ClusterDescriptor.NodeDescriptor.class, FailoverDescriptor.class,
			FailoverDescriptor.UptimeDescriptor.class, FailoverDescriptor.LossDescriptor.class,
			FailoverDescriptor.EventDescriptor.class, ServerDescriptor.class, SafetyDescriptor.class,
			SafetyDescriptor.FindingDescriptor.class, StatementSample.class, NexsDbEndpoint.ActionDescriptor.class,
			NexsDbEndpoint.ErrorDescriptor.class })
	static final class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		NexsDbEndpoint nexsDbEndpoint(ClusterMonitor monitor, NodePools pools, FailoverManager manager,
				RoutingControl control, ConnectionBudget budget, NexsDbProperties properties,
				ObjectProvider<ServerMonitor> servers, ObjectProvider<SafetyMonitor> safety) {
			return new NexsDbEndpoint(monitor, new PoolSections(pools, control, budget), manager,
					properties.pool().drainTimeout(),
					new ObservationSections(servers.getIfAvailable(), safety.getIfAvailable()));
		}

	}

	/**
	 * The endpoint of hooks.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(HookRegistry.class)
	@ConditionalOnAvailableEndpoint(NexsDbHooksEndpoint.class)
	@RegisterReflectionForBinding({ NexsDbHooksEndpoint.HooksDescriptor.class, NexsDbHooksEndpoint.HookDescriptor.class,
			NexsDbHooksEndpoint.PointDescriptor.class })
	static final class HooksEndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		NexsDbHooksEndpoint nexsDbHooksEndpoint(HookRegistry registry) {
			return new NexsDbHooksEndpoint(registry);
		}

	}

	/**
	 * What {@code /actuator/env} and {@code /actuator/configprops} do not show.
	 */
	@Configuration(proxyBeanMethods = false)
	static final class SecretsConfiguration {

		@Bean
		SecretSettings nexsDbSecretSettings() {
			return new SecretSettings();
		}

	}

	/**
	 * Information on the versions in use.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnEnabledInfoContributor("nexsdb")
	@RegisterReflectionForBinding(NexsDbInfoContributor.NodeInfo.class)
	static final class InfoConfiguration {

		@Bean
		@ConditionalOnMissingBean
		NexsDbInfoContributor nexsDbInfoContributor(ClusterMonitor monitor) {
			return new NexsDbInfoContributor(monitor);
		}

	}

}
