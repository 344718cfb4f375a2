package io.nexs.postgres.autoconfigure.hooks;

import java.util.HashMap;
import java.util.Map;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.embedded.EmbeddedCluster;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An application with JDBC and JPA, a caller and collected events.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ Caller.class, Events.class })
class HookedApplication implements AutoCloseable {

	private ConfigurableApplicationContext context;

	static HookedApplication start(EmbeddedCluster cluster, String... properties) {
		Map<String, Object> all = new HashMap<>(Map.of("nexs.db.dsn", cluster.dsn(), "nexs.db.monitor.interval",
				"200ms", "spring.flyway.enabled", "false", "spring.jpa.hibernate.ddl-auto", "update",
				"spring.main.banner-mode", "off", "spring.jmx.enabled", "false", "nexs.db.pool.drain-timeout", "0s"));
		for (String property : properties) {
			int equals = property.indexOf('=');
			all.put(property.substring(0, equals), property.substring(equals + 1));
		}
		HookedApplication application = new HookedApplication();
		application.context = new SpringApplicationBuilder(HookedApplication.class).web(WebApplicationType.NONE)
			.properties(all)
			.run();
		ClusterMonitor monitor = application.bean(ClusterMonitor.class);
		Awaitility.await().until(() -> isHealthy(monitor.topology()));
		return application;
	}

	private static boolean isHealthy(Topology topology) {
		return topology.hasPrimary()
				&& topology.nodes().stream().allMatch((node) -> node.status() == NodeStatus.HEALTHY);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	JdbcClient jdbc() {
		return bean(JdbcClient.class);
	}

	void inTransaction(Runnable work) {
		transaction().executeWithoutResult((status) -> work.run());
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

	@Override
	public void close() {
		this.context.close();
	}

}
