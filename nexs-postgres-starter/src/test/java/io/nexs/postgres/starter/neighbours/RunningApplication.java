package io.nexs.postgres.starter.neighbours;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeStatus;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An application beside a neighbour, on the shared cluster, with both nodes healthy.
 */
final class RunningApplication implements AutoCloseable {

	static final int POOL_SIZE = 4;

	private final ConfigurableApplicationContext context;

	private RunningApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an application without a web server.
	 * @param type its class
	 * @param dsn where its data is
	 * @param properties as {@code name=value}
	 */
	static RunningApplication start(Class<?> type, String dsn, String... properties) {
		return start(WebApplicationType.NONE, type, dsn, properties);
	}

	static RunningApplication start(WebApplicationType web, Class<?> type, String dsn, String... properties) {
		Map<String, Object> all = new HashMap<>(Map.of("nexs.db.dsn", dsn, "nexs.db.monitor.interval", "200ms",
				"nexs.db.pool.max-conns", POOL_SIZE, "nexs.db.pool.connection-timeout", "5s", "server.port", "0",
				"spring.main.banner-mode", "off", "spring.jmx.enabled", "false"));
		for (String property : properties) {
			int equals = property.indexOf('=');
			all.put(property.substring(0, equals), property.substring(equals + 1));
		}
		RunningApplication running = new RunningApplication(
				new SpringApplicationBuilder(type).web(web).properties(all).run());
		Awaitility.await().until(running::isHealthy);
		return running;
	}

	/**
	 * Whether no node is left out of routing.
	 */
	boolean isHealthy() {
		return bean(ClusterMonitor.class).topology()
			.nodes()
			.stream()
			.allMatch((state) -> state.status() == NodeStatus.HEALTHY);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	RouteLog routes() {
		return bean(RouteLog.class);
	}

	JdbcClient jdbc() {
		return bean(JdbcClient.class);
	}

	/**
	 * Asks the server that answers for its port.
	 */
	int port() {
		return jdbc().sql("select inet_server_port()").query(Integer.class).single();
	}

	TransactionTemplate readOnlyTransaction() {
		TransactionTemplate template = new TransactionTemplate(bean(PlatformTransactionManager.class));
		template.setReadOnly(true);
		return template;
	}

	TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

	/**
	 * Asks each connection the primary's pool can lend, all at the same time.
	 * @param sql a query for one text
	 * @return the answers
	 */
	List<String> onEachPooledConnection(String sql) {
		List<Connection> lent = new ArrayList<>();
		List<String> answers = new ArrayList<>();
		try {
			for (int i = 0; i < POOL_SIZE; i++) {
				Connection connection = bean(DataSource.class).getConnection();
				lent.add(connection);
				try (Statement statement = connection.createStatement();
						ResultSet result = statement.executeQuery(sql)) {
					result.next();
					answers.add(Objects.toString(result.getString(1)));
				}
			}
			for (Connection connection : lent) {
				connection.close();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
		return answers;
	}

	@Override
	public void close() {
		this.context.close();
	}

}
