package io.nexs.postgres.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.TopologyListener;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.limits.TimeLimits;
import io.nexs.postgres.pool.ConnectionBudget;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePoolCustomizer;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.NodeTraffic;
import io.nexs.postgres.pool.UnpooledConnectionFactory;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.routing.Prelude;
import io.nexs.postgres.routing.ReplicaManager;
import io.nexs.postgres.routing.RoutingCollaborators;
import io.nexs.postgres.routing.RoutingControl;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.postgres.routing.RoutingListener;
import io.nexs.postgres.routing.RoutingListeners;
import io.nexs.postgres.routing.StatementText;
import io.nexs.postgres.routing.WriteGate;
import io.nexs.postgres.safety.SafetyMonitor;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the data source that routes: monitor, pools, routing and what
 * belongs to them, in place of Boot's own data source. It stays out if there is a
 * {@link DataSource} bean, if {@code nexs.db.enabled} is {@code false}, and if
 * {@code spring.datasource.url} is all that is configured. Every bean gives way to the
 * user's.
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class,
		beforeName = { "org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration" },
		afterName = TestDatabase.AUTO_CONFIGURATION)
@ConditionalOnClass({ DataSource.class, HikariDataSource.class, Driver.class })
@ConditionalOnBooleanProperty(name = "nexs.db.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(DataSource.class)
@Conditional(OnRoutedDataSourceCondition.class)
@EnableConfigurationProperties(NexsDbProperties.class)
@ImportRuntimeHints(NexsDbRuntimeHints.class)
@Import({ NexsDbAutoConfiguration.ProfileConfiguration.class, NexsDbAutoConfiguration.EmbeddedConfiguration.class,
		NexsDbAutoConfiguration.EngineConfiguration.class, NexsDbAutoConfiguration.RoutingConfiguration.class,
		NexsDbAutoConfiguration.LifeCycleConfiguration.class, AuditConfiguration.class,
		CommitOutcomeConfiguration.class, CorrelationConfiguration.class, FailoverConfiguration.class,
		HookConfiguration.class, LimitsConfiguration.class, LoggingConfiguration.class, MaskingConfiguration.class,
		ObservationConfiguration.class, PoolConfiguration.class, ReadFromConfiguration.class, RetryConfiguration.class,
		SlowQueryConfiguration.class, TestDatabase.class, ValidationConfiguration.class })
public final class NexsDbAutoConfiguration {

	/**
	 * The values of {@code nexs.db.profile}.
	 */
	@Configuration(proxyBeanMethods = false)
	static final class ProfileConfiguration {

		@Bean
		static ProfileSettings nexsDbProfileSettings(Environment environment) {
			return new ProfileSettings(environment);
		}

	}

	/**
	 * The embedded cluster. Whether it is started is decided by the running application;
	 * where it is not, the bean is {@code null}.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(EmbeddedCluster.class)
	static final class EmbeddedConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@Nullable EmbeddedCluster nexsDbEmbeddedCluster(Addresses addresses, NexsDbProperties properties) {
			if (addresses.origin(true) != AddressOrigin.EMBEDDED) {
				return null;
			}
			NexsDbProperties.Embedded embedded = properties.embedded();
			EmbeddedCluster cluster = EmbeddedCluster.builder()
				.replicas(embedded.replicas())
				.supervised(embedded.supervised())
				.shutdownHook(false)
				.start();
			if (!embedded.replayDelay().isZero()) {
				cluster.replicas().forEach((EmbeddedNode node) -> node.delayReplay(embedded.replayDelay()));
			}
			if (embedded.synchronous()) {
				cluster.synchronousReplication(true);
			}
			return cluster;
		}

		@Bean
		EmbeddedAddresses nexsDbEmbeddedAddresses(ObjectProvider<EmbeddedCluster> cluster) {
			return () -> cluster.getObject().dsn();
		}

	}

	/**
	 * Nodes, monitor and pools.
	 */
	@Configuration(proxyBeanMethods = false)
	static final class EngineConfiguration {

		@Bean
		Addresses nexsDbAddresses(Environment environment, NexsDbProperties properties,
				ObjectProvider<NexsDbConnectionDetails> details, ObjectProvider<JdbcConnectionDetails> jdbcDetails,
				ObjectProvider<EmbeddedAddresses> embedded) {
			return new Addresses(environment, properties, details, jdbcDetails, embedded);
		}

		@Bean
		ConfiguredNodes nexsDbNodes(Addresses addresses) {
			return ConfiguredNodes.of(addresses);
		}

		@Bean
		@ConditionalOnMissingBean
		NodeConnector nexsDbNodeConnector(NexsDbProperties properties, Environment environment) {
			return new NodeConnector(
					EngineSettings.pool(properties, environment.getProperty("spring.application.name")),
					properties.monitor().database());
		}

		@Bean
		@ConditionalOnMissingBean
		ClusterMonitor nexsDbClusterMonitor(ConfiguredNodes nodes, NexsDbProperties properties,
				NodeConnector connector) {
			return new ClusterMonitor(nodes.nodes(), EngineSettings.monitor(properties), connector);
		}

		@Bean
		@ConditionalOnMissingBean
		NodePools nexsDbNodePools(ConfiguredNodes nodes, NexsDbProperties properties, Environment environment,
				NodeConnector connector, ClusterMonitor monitor, HookRegistry hooks,
				ObjectProvider<NodePoolCustomizer> customizers) {
			return new NodePools(nodes.nodes(),
					EngineSettings.pool(properties, environment.getProperty("spring.application.name")), connector,
					NodeTraffic.to(monitor), hooks.dispatcher(), customizers.orderedStream().toList());
		}

		@Bean
		@ConditionalOnMissingBean
		UnpooledConnectionFactory nexsDbUnpooledConnectionFactory(ClusterMonitor monitor, NodeConnector connector) {
			return new UnpooledConnectionFactory(monitor, connector);
		}

		@Bean
		@ConditionalOnMissingBean
		ReplicaManager nexsDbReplicaManager(ClusterMonitor monitor, NodePools pools) {
			return new ReplicaManager(monitor, pools);
		}

	}

	/**
	 * The data source and the parts it works with.
	 */
	@Configuration(proxyBeanMethods = false)
	static final class RoutingConfiguration {

		/**
		 * The manager is made before the data source also where its gate is not used, so
		 * that it sees every topology.
		 */
		@Bean
		@ConditionalOnMissingBean
		RoutingCollaborators nexsDbRoutingCollaborators(ClusterMonitor monitor, FailoverManager failover,
				RoutingControl control, ObjectProvider<WriteGate> gate, ObjectProvider<CommitProtocol> commit,
				ObjectProvider<Prelude> prelude, ObjectProvider<RoutingListener> listeners, HookRegistry hooks,
				ObjectProvider<StatementText> text, TimeLimits limits) {
			RoutingCollaborators defaults = RoutingCollaborators.defaults(monitor);
			return new RoutingCollaborators(control.rules().balancer(), gate.getIfAvailable(() -> failover),
					commit.getIfAvailable(defaults::commit), prelude.getIfAvailable(defaults::prelude),
					RoutingListeners.of(listeners.orderedStream().toList()), hooks.dispatcher(),
					text.getIfAvailable(defaults::text), limits);
		}

		/**
		 * The monitor starts here, and the servers are waited for, because schema
		 * migrations and Hibernate need the primary while the context is refreshed.
		 * Whoever follows the topology subscribes before.
		 */
		@Bean
		RoutingDataSource dataSource(ClusterMonitor monitor, NodePools pools, NexsDbProperties properties,
				RoutingCollaborators collaborators, RoutingControl control) {
			RoutingDataSource dataSource = new RoutingDataSource(monitor, pools, EngineSettings.routing(properties),
					collaborators, control);
			new StartupGate(monitor, properties.startup()).open();
			return dataSource;
		}

	}

	/**
	 * What happens at the start and at the end of the application. It needs the data
	 * source by name, because tools wrap that bean and its type is then another one.
	 */
	@Configuration(proxyBeanMethods = false)
	static final class LifeCycleConfiguration {

		@Bean
		@DependsOn("dataSource")
		PoolLifeCycle nexsDbPoolLifeCycle(ClusterMonitor monitor, NodePools pools, NexsDbProperties properties,
				StartReport report, ConfigurableApplicationContext context) {
			return new PoolLifeCycle(monitor, pools, properties.pool(), report, context);
		}

		@Bean
		StartReport nexsDbStartReport(ConfiguredNodes nodes, NexsDbProperties properties, ConnectionBudget budget,
				Addresses addresses) {
			return new StartReport(nodes, properties, budget, addresses.hasSpringUrl());
		}

		@Bean
		@DependsOn("dataSource")
		ClusterEventPublisher nexsDbClusterEventPublisher(ClusterMonitor monitor, FailoverManager failover,
				ObjectProvider<SafetyMonitor> safety, RoutingControl control, NodePools pools,
				ApplicationEventPublisher publisher, ObjectProvider<TopologyListener> listeners) {
			return new ClusterEventPublisher(monitor, (listener) -> {
				failover.addListener(listener::accept);
				safety.ifAvailable((found) -> found.addListener(listener::accept));
				control.addListener(listener::accept);
				pools.addListener(listener::accept);
			}, publisher, listeners);
		}

	}

}
