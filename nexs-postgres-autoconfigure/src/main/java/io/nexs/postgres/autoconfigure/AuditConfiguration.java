package io.nexs.postgres.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.nexs.postgres.audit.AuditHook;
import io.nexs.postgres.audit.AuditLog;
import io.nexs.postgres.audit.AuditSink;
import io.nexs.postgres.audit.AuditUser;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.pool.NodePools;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;

/**
 * The audit.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("nexs.db.audit.enabled")
@EnableConfigurationProperties(AuditProperties.class)
class AuditConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AuditHook nexsDbAuditHook(AuditProperties properties, HooksProperties hooks, SqlTexts texts, ParameterMasker masker,
			ObjectProvider<AuditUser> user, ObjectProvider<AuditSink> sinks, ApplicationEventPublisher events) {
		hooks.checkNotAsync(AuditHook.NAME);
		List<AuditSink> all = new ArrayList<>();
		if (properties.sinks().contains(AuditProperties.Sink.LOG)) {
			all.add(new AuditLog());
		}
		if (properties.sinks().contains(AuditProperties.Sink.EVENT)) {
			all.add(events::publishEvent);
		}
		sinks.orderedStream().forEach(all::add);
		return new AuditHook(properties.settings(), texts, masker, user.getIfAvailable(() -> () -> null), all);
	}

	@Bean
	@DependsOn("dataSource")
	AuditTableCheck nexsDbAuditTableCheck(AuditProperties properties, ClusterMonitor monitor, NodePools pools,
			Addresses addresses, NexsDbProperties all) {
		return new AuditTableCheck(properties, monitor, pools, addresses, all.pool().connectionTimeout());
	}

}
