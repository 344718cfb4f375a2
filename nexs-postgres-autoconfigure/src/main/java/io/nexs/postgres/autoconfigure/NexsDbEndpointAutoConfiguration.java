package io.nexs.postgres.autoconfigure;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.endpoint.ClusterDescriptor;
import io.nexs.postgres.endpoint.ClusterDescriptor.RoutingDescriptor;
import io.nexs.postgres.endpoint.FailoverDescriptor;
import io.nexs.postgres.endpoint.NexsDbEndpoint;
import io.nexs.postgres.endpoint.NexsDbHooksEndpoint;
import io.nexs.postgres.endpoint.NexsDbInfoContributor;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.routing.Balancer;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
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
			FailoverDescriptor.EventDescriptor.class, NexsDbEndpoint.ActionDescriptor.class,
			NexsDbEndpoint.ErrorDescriptor.class })
	static final class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		NexsDbEndpoint nexsDbEndpoint(ClusterMonitor monitor, NodePools pools, FailoverManager manager,
				Balancer balancer, NexsDbProperties properties) {
			RoutingDescriptor routing = new RoutingDescriptor(properties.read().preference().name(),
					balancer.getClass().getSimpleName());
			return new NexsDbEndpoint(monitor, pools, manager, routing, properties.pool().drainTimeout());
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
