package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.Objects;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.pool.NodePools;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that runs in a JVM of its own. With the argument {@code ask} it asks the
 * servers who they are; otherwise it tells the addresses of its nodes.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
		excludeName = { "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
				"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
				"org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration" })
public class ForkedApplication {

	/**
	 * Starts the application and ends it with 0 if it is as it should be.
	 */
	public static void main(String[] arguments) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(ForkedApplication.class)
			.web(WebApplicationType.NONE)
			.run(arguments)) {
			if (List.of(arguments).contains("ask")) {
				assertThat(context.getBean(EmbeddedCluster.class).nodes()).hasSize(3);
				assertThat(isInRecovery(context, true)).isTrue();
				assertThat(isInRecovery(context, false)).isFalse();
			}
			else {
				assertThat(context.getBeanProvider(EmbeddedCluster.class).getIfAvailable()).isNull();
				assertThat(context.getBean(NodePools.class).all()).hasSize(1)
					.allSatisfy((pool) -> assertThat(pool.node().address()).hasToString("127.0.0.1:1"));
			}
		}
	}

	private static boolean isInRecovery(ConfigurableApplicationContext context, boolean readOnly) {
		TransactionTemplate template = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		template.setReadOnly(readOnly);
		return Objects.requireNonNull(template.execute((status) -> context.getBean(JdbcTemplate.class)
			.queryForObject("select pg_is_in_recovery()", Boolean.class)));
	}

}
