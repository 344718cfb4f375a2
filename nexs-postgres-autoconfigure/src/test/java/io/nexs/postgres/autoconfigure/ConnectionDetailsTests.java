package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.Set;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePoolCustomizer;
import io.nexs.postgres.pool.NodePools;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Beans of the user that say where servers are, and how their pools are made. No server
 * answers.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionDetailsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NexsDbAutoConfiguration.class, DataSourceAutoConfiguration.class))
		.withPropertyValues("nexs.db.pool.drain-timeout=0s", "nexs.db.startup.mode=lazy");

	@Test
	void nodesWhenDetailsHaveReplicasHaveWhatTheseSay() {
		NexsDbConnectionDetails details = new NexsDbConnectionDetails() {

			@Override
			public String getDsn() {
				return "postgres://app:Pl4nted@127.0.0.1:1/orders";
			}

			@Override
			public List<NexsDbProperties.Replica> getReplicas() {
				return List.of(
						new NexsDbProperties.Replica("east", "postgres://127.0.0.1:2", 3, "eu-1a", Set.of("reporting")),
						replica("postgres://127.0.0.1:3"));
			}

		};
		this.runner.withBean(NexsDbConnectionDetails.class, () -> details).run((context) -> {
			List<Node> nodes = nodes(context);
			assertThat(nodes).extracting(Node::id).containsExactly("node-1", "east", "node-3");
			assertThat(nodes.get(1)).extracting(Node::weight, Node::zone, Node::tags)
				.containsExactly(3, "eu-1a", Set.of("reporting"));
			assertThat(nodes).allSatisfy((node) -> {
				assertThat(node.dsn().password()).isEqualTo("Pl4nted");
				assertThat(node.dsn().database()).isEqualTo("orders");
			});
		});
	}

	@Test
	void nodesWhenThereAreSeveralDetailsAreThoseOfAll() {
		this.runner.withBean("replica", NexsDbConnectionDetails.class, () -> details("postgres://127.0.0.1:2"))
			.withBean("primary", NexsDbConnectionDetails.class,
					() -> details("postgres://app:secret@127.0.0.1:1/orders?sslmode=disable"))
			.run((context) -> assertThat(nodes(context))
				.extracting((node) -> node.address().toString(), (node) -> node.dsn().username(),
						(node) -> node.dsn().password(), (node) -> node.dsn().database())
				.containsExactly(tuple("127.0.0.1:2", "app", "secret", "orders"),
						tuple("127.0.0.1:1", "app", "secret", "orders")));
	}

	@Test
	void nodesWhenOneOfTheDetailsIsPrimaryAreThoseAlone() {
		this.runner.withBean("other", NexsDbConnectionDetails.class, () -> details("postgres://127.0.0.1:2"))
			.withBean("main", NexsDbConnectionDetails.class, () -> details("postgres://127.0.0.1:1"),
					(definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(nodes(context)).singleElement()
				.satisfies((node) -> assertThat(node.address()).hasToString("127.0.0.1:1")));
	}

	@Test
	void nodesWhenDetailsNameNoUserHaveThatOfTheProperties() {
		this.runner.withPropertyValues("nexs.db.username=app", "nexs.db.password=secret")
			.withBean(NexsDbConnectionDetails.class, () -> details("postgres://127.0.0.1:1"))
			.run((context) -> assertThat(nodes(context)).singleElement()
				.extracting((node) -> node.dsn().username(), (node) -> node.dsn().password())
				.containsExactly("app", "secret"));
	}

	@Test
	void startWhenSeveralJdbcDetailsAreThereSaysHowToMakeThemOneCluster() {
		this.runner.withBean("a", JdbcConnectionDetails.class, () -> jdbcDetails(1))
			.withBean("b", JdbcConnectionDetails.class, () -> jdbcDetails(2))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageContaining("2 beans")
				.hasMessageContaining("org.springframework.boot.service-connection=nexs-postgres"));
	}

	@Test
	void nodesWhenOneOfTheJdbcDetailsIsPrimaryAreThose() {
		this.runner.withBean("a", JdbcConnectionDetails.class, () -> jdbcDetails(1))
			.withBean("b", JdbcConnectionDetails.class, () -> jdbcDetails(2),
					(definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(nodes(context)).singleElement()
				.satisfies((node) -> assertThat(node.address()).hasToString("127.0.0.1:2")));
	}

	@Test
	void poolsWhenThereAreCustomizersFollowTheLast() {
		this.runner.withPropertyValues("nexs.db.dsn=postgres://127.0.0.1:1,127.0.0.1:2", "nexs.db.pool.max-conns=4")
			.withBean("first", NodePoolCustomizer.class, () -> (node, config) -> config.setMaximumPoolSize(5))
			.withBean("second", NodePoolCustomizer.class, () -> (node, config) -> {
				if (node.id().equals("node-2")) {
					config.setMaximumPoolSize(config.getMaximumPoolSize() + 2);
				}
			})
			.run((context) -> assertThat(context.getBean(NodePools.class).all())
				.extracting((pool) -> pool.hikari().getMaximumPoolSize())
				.containsExactly(5, 7));
	}

	@Test
	void poolsWhenACustomizerChangesTheDataSourceAreRefused() {
		this.runner.withPropertyValues("nexs.db.dsn=postgres://127.0.0.1:1")
			.withBean(NodePoolCustomizer.class, () -> (node, config) -> config.setDataSource(new PGSimpleDataSource()))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("NodePoolCustomizer")
				.hasMessageContaining("node-1"));
	}

	@Test
	void reportWhenSpringsUrlIsSetTooSaysWhichIsIgnored(CapturedOutput output) {
		this.runner
			.withPropertyValues("nexs.db.dsn=postgres://127.0.0.1:1",
					"spring.datasource.url=jdbc:postgresql://127.0.0.1:9/other?password=Pl4nted")
			.run((context) -> assertThat(output)
				.containsOnlyOnce("'spring.datasource.url' is ignored: the addresses come from nexs.db")
				.doesNotContain("Pl4nted"));
	}

	private static List<Node> nodes(AssertableApplicationContext context) {
		return context.getBean(NodePools.class).all().stream().map(NodePool::node).toList();
	}

	private static NexsDbProperties.Replica replica(String dsn) {
		return new NexsDbProperties.Replica(null, dsn, 1, null, Set.of());
	}

	private static NexsDbConnectionDetails details(String dsn) {
		return new NexsDbConnectionDetails() {

			@Override
			public String getDsn() {
				return dsn;
			}

		};
	}

	private static JdbcConnectionDetails jdbcDetails(int port) {
		return new JdbcConnectionDetails() {

			@Override
			public String getUsername() {
				return "app";
			}

			@Override
			public @Nullable String getPassword() {
				return null;
			}

			@Override
			public String getJdbcUrl() {
				return "jdbc:postgresql://127.0.0.1:" + port + "/orders";
			}

		};
	}

}
