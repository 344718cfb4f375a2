package io.nexs.postgres.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.failover.FailoverSettings;
import io.nexs.postgres.pool.NodeConnector;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.pool.UnpooledConnectionFactory;
import io.nexs.postgres.routing.Balancer;
import io.nexs.postgres.routing.Candidate;
import io.nexs.postgres.routing.NoNodeException;
import io.nexs.postgres.routing.PeakEwma;
import io.nexs.postgres.routing.ReplicaManager;
import io.nexs.postgres.routing.RoundRobin;
import io.nexs.postgres.routing.RoutingCollaborators;
import io.nexs.postgres.routing.RoutingControl;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.postgres.routing.WriteGate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When the routed data source is there, what gives way to whom, and where the addresses
 * come from. No server answers.
 */
@ExtendWith(OutputCaptureExtension.class)
class NexsDbAutoConfigurationTests {

	private static final String NOWHERE = "nexs.db.dsn=postgres://app:planted-secret@127.0.0.1:1,127.0.0.1:2/orders";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class, DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				JdbcClientAutoConfiguration.class))
		.withPropertyValues("nexs.db.pool.drain-timeout=0s", "nexs.db.startup.mode=lazy");

	@Test
	void dataSourceWhenDsnIsSetIsOursAndEverythingOfBootIsSingle() {
		this.runner.withPropertyValues(NOWHERE).run((context) -> {
			assertThat(context).hasSingleBean(DataSource.class).hasSingleBean(RoutingDataSource.class);
			assertThat(context).hasSingleBean(JdbcTemplate.class)
				.hasSingleBean(JdbcClient.class)
				.hasSingleBean(PlatformTransactionManager.class)
				.hasSingleBean(UnpooledConnectionFactory.class)
				.hasSingleBean(ReplicaManager.class);
			assertThat(context.getBean("dataSource").getClass()).isEqualTo(RoutingDataSource.class);
			assertThat(nodes(context.getBean(NodePools.class))).containsExactly("node-1@127.0.0.1:1",
					"node-2@127.0.0.1:2");
			assertThat(context.getBeanProvider(EmbeddedCluster.class).getIfAvailable()).isNull();
		});
	}

	@Test
	void dataSourceWhenSwitchedOffIsBoots() {
		this.runner
			.withPropertyValues(NOWHERE, "nexs.db.enabled=false",
					"spring.datasource.url=jdbc:postgresql://127.0.0.1:1/orders")
			.run((context) -> assertThat(context).hasSingleBean(HikariDataSource.class)
				.doesNotHaveBean(RoutingDataSource.class)
				.doesNotHaveBean(ClusterMonitor.class));
	}

	@Test
	void dataSourceWhenOnlySpringsUrlIsSetIsBoots() {
		this.runner.withPropertyValues("spring.datasource.url=jdbc:postgresql://127.0.0.1:1/orders")
			.run((context) -> assertThat(context).hasSingleBean(HikariDataSource.class)
				.doesNotHaveBean(ClusterMonitor.class));
	}

	@Test
	void dataSourceWhenBothUrlsAreSetIsOursWithOneWarning(CapturedOutput output) {
		this.runner.withPropertyValues(NOWHERE, "spring.datasource.url=jdbc:postgresql://127.0.0.1:9/other")
			.run((context) -> {
				assertThat(context).hasSingleBean(DataSource.class).hasSingleBean(RoutingDataSource.class);
				assertThat(output).containsOnlyOnce("'spring.datasource.url' is ignored");
			});
	}

	@Test
	void dataSourceWhenUserHasOneIsTheUsers() {
		this.runner.withPropertyValues(NOWHERE)
			.withUserConfiguration(UserDataSource.class)
			.run((context) -> assertThat(context).hasSingleBean(DataSource.class)
				.hasSingleBean(PGSimpleDataSource.class)
				.doesNotHaveBean(ClusterMonitor.class)
				.doesNotHaveBean(EmbeddedCluster.class));
	}

	@Test
	void dataSourceWhenNothingIsSetAndThereIsNoEmbeddedClusterFailsWithWhatToSet() {
		this.runner.withClassLoader(new FilteredClassLoader(EmbeddedCluster.class))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(MissingDsnException.class));
	}

	@Test
	void dataSourceWhenEmbeddedClusterIsSwitchedOffFailsWithWhatToSet() {
		this.runner.withPropertyValues("nexs.db.embedded.enabled=false")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(MissingDsnException.class));
	}

	@Test
	void dataSourceWhenEmbeddedClusterIsNotOnTheClassPathWorksWithDsn() {
		this.runner.withPropertyValues(NOWHERE)
			.withClassLoader(new FilteredClassLoader(EmbeddedCluster.class))
			.run((context) -> assertThat(context).hasSingleBean(RoutingDataSource.class));
	}

	@Test
	void addressesWhenConnectionDetailsAreThereAreTheirs(CapturedOutput output) {
		this.runner.withPropertyValues(NOWHERE).withUserConfiguration(UserDetails.class).run((context) -> {
			assertThat(nodes(context.getBean(NodePools.class))).containsExactly("node-1@127.0.0.1:3",
					"node-2@127.0.0.1:4");
			assertThat(context.getBean(NodePools.class).of("node-2").node().dsn().username()).isEqualTo("someone");
			assertThat(output).containsOnlyOnce("The servers named under 'nexs.db' are ignored");
		});
	}

	@Test
	void addressesWhenJdbcConnectionDetailsAreThereAreTheirs() {
		this.runner.withUserConfiguration(UserJdbcDetails.class).run((context) -> {
			assertThat(context).hasSingleBean(RoutingDataSource.class);
			assertThat(nodes(context.getBean(NodePools.class))).containsExactly("node-1@127.0.0.1:5");
		});
	}

	@Test
	void partsWhenUserHasThemAreTheUsers() {
		this.runner.withPropertyValues(NOWHERE).withUserConfiguration(UserParts.class).run((context) -> {
			assertThat(context.getBean(Balancer.class)).isInstanceOf(LastNode.class);
			assertThat(context.getBean(RoutingCollaborators.class).balancer()).isInstanceOf(LastNode.class);
			assertThat(context.getBean(NodeConnector.class)).isSameAs(UserParts.CONNECTOR);
		});
	}

	@Test
	void balancerWhenNamedByPropertyIsThat() {
		this.runner.withPropertyValues(NOWHERE)
			.run((context) -> assertThat(context.getBean(RoutingControl.class).rules().balancer())
				.isInstanceOf(RoundRobin.class));
		this.runner.withPropertyValues(NOWHERE, "nexs.db.read.balancer=latency")
			.run((context) -> assertThat(context.getBean(RoutingControl.class).rules().balancer())
				.isInstanceOf(PeakEwma.class));
	}

	@Test
	void propertyWhenInvalidFailsWithItsName() {
		this.runner.withPropertyValues(NOWHERE, "nexs.db.pool.min-conns=20")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining("nexs.db.pool.min-conns"));
	}

	@Test
	void warmUpWhenItMustNotFailAndTheStartIsLazyIsRefused() {
		this.runner.withPropertyValues(NOWHERE, "nexs.db.pool.warm-up.on-failure=fail")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining("'nexs.db.startup.mode' is 'lazy'"));
	}

	@Test
	void startWhenNodesAreDownLogsNodesAndLimitsWithoutSecrets(CapturedOutput output) {
		this.runner.withPropertyValues(NOWHERE + "?sslkeylogfile=x")
			.run((context) -> assertThat(output).contains("Node node-1 127.0.0.1:1 UNKNOWN")
				.containsOnlyOnce(
						"Limits: write without a primary 30000 ms (failover.wait-timeout), connection 30000 ms")
				.contains("Parameters of 'nexs.db.dsn' without effect: [sslkeylogfile]")
				.doesNotContain("planted-secret"));
	}

	@Test
	void gateWhenUserHasOneIsTheUsersAndTheManagerStillCounts() {
		WriteGate gate = () -> {
			throw new NoNodeException("the user's gate");
		};
		this.runner.withPropertyValues(NOWHERE).withBean("userGate", WriteGate.class, () -> gate).run((context) -> {
			assertThat(context).hasSingleBean(FailoverManager.class);
			assertThat(context.getBean(RoutingCollaborators.class).gate()).isSameAs(gate);
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> context.getBean(JdbcTemplate.class).execute("select 1"))
				.withStackTraceContaining("the user's gate");
			assertThat(context.getBean(FailoverManager.class).statistics().nodes()).hasSize(2);
		});
	}

	@Test
	void failoverManagerWhenUserHasOneIsTheUsersAndTheGate() {
		this.runner.withPropertyValues(NOWHERE).withUserConfiguration(UserFailoverManager.class).run((context) -> {
			assertThat(context).hasSingleBean(FailoverManager.class).doesNotHaveBean("nexsDbFailoverManager");
			assertThat(context.getBean(RoutingCollaborators.class).gate())
				.isSameAs(context.getBean(FailoverManager.class));
		});
	}

	@Test
	void threadsWhenContextIsClosedHaveEnded() {
		this.runner.withPropertyValues(NOWHERE).run((context) -> assertThat(ourThreads()).isNotEmpty());
		// HikariCP stops its threads without waiting for their end.
		assertThat(ourThreads()).allMatch((name) -> name.contains(":"));
		Awaitility.await().untilAsserted(() -> assertThat(ourThreads()).isEmpty());
	}

	private static List<String> ourThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter(Thread::isAlive)
			.map(Thread::getName)
			.filter((name) -> name.startsWith("nexs-db-"))
			.toList();
	}

	private static List<String> nodes(NodePools pools) {
		return pools.all().stream().map(NodePool::node).map((Node node) -> node.id() + "@" + node.address()).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class UserDataSource {

		@Bean
		PGSimpleDataSource mine() {
			return new PGSimpleDataSource();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserDetails {

		@Bean
		NexsDbConnectionDetails details() {
			return new NexsDbConnectionDetails() {

				@Override
				public String getDsn() {
					return "postgres://127.0.0.1:3/orders";
				}

				@Override
				public String getReplicaDsn() {
					return "postgres://127.0.0.1:4";
				}

				@Override
				public String getUsername() {
					return "someone";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserJdbcDetails {

		@Bean
		JdbcConnectionDetails details() {
			return new JdbcConnectionDetails() {

				@Override
				public String getUsername() {
					return "test";
				}

				@Override
				public @Nullable String getPassword() {
					return "test";
				}

				@Override
				public String getJdbcUrl() {
					return "jdbc:postgresql://127.0.0.1:5/test?loggerLevel=OFF";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserParts {

		static final NodeConnector CONNECTOR = new NodeConnector(PoolSettings.defaults());

		@Bean
		LastNode balancer() {
			return new LastNode();
		}

		@Bean
		NodeConnector connector() {
			return CONNECTOR;
		}

	}

	static final class LastNode implements Balancer {

		@Override
		public int choose(List<? extends Candidate> candidates) {
			return candidates.size() - 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserFailoverManager {

		@Bean
		FailoverManager userFailoverManager(ClusterMonitor monitor, ReplicaManager nodes) {
			return new FailoverManager(monitor, nodes, FailoverSettings.defaults().withMaxWaiting(3));
		}

	}

}
