package io.nexs.postgres.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.metrics.ClusterMeters;
import io.nexs.postgres.metrics.FailoverMeters;
import io.nexs.postgres.metrics.HookMeters;
import io.nexs.postgres.metrics.MeterSettings;
import io.nexs.postgres.metrics.RetryMeters;
import io.nexs.postgres.metrics.RoutingMeters;
import io.nexs.postgres.metrics.SlowQueryMeters;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.retry.RetryManager;
import io.nexs.postgres.slowquery.SlowQueryHook;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the meters. In force if there is a {@link MeterRegistry};
 * switched off by {@code nexs.db.metrics.enabled=false}.
 */
@AutoConfiguration(after = NexsDbAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ NexsDbProperties.class, ClusterMonitor.class, NodePools.class, MeterRegistry.class })
@ConditionalOnBooleanProperty(name = "nexs.db.metrics.enabled", matchIfMissing = true)
public final class NexsDbMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RoutingMeters nexsDbRoutingMeters(MeterRegistry registry, NexsDbProperties properties) {
		return new RoutingMeters(registry, new MeterSettings(properties.metrics().queryBuckets()));
	}

	@Bean
	@ConditionalOnMissingBean
	FailoverMeters nexsDbFailoverMeters(MeterRegistry registry, FailoverManager manager) {
		return new FailoverMeters(registry, manager);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(HookRegistry.class)
	HookMeters nexsDbHookMeters(MeterRegistry registry, HookRegistry hooks) {
		return new HookMeters(registry, hooks);
	}

	@Bean
	@ConditionalOnMissingBean
	ClusterMeters nexsDbClusterMeters(MeterRegistry registry, ClusterMonitor monitor, NodePools pools) {
		return new ClusterMeters(registry, monitor, pools);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(RetryManager.class)
	RetryMeters nexsDbRetryMeters(MeterRegistry registry, RetryManager manager) {
		return new RetryMeters(registry, manager);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(SlowQueryHook.class)
	SlowQueryMeters nexsDbSlowQueryMeters(MeterRegistry registry, SlowQueryHook hook, NodePools pools) {
		return new SlowQueryMeters(registry, hook, pools);
	}

}
