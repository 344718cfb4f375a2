package io.nexs.postgres.pool;

import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.util.PropertyElf;
import io.nexs.postgres.cluster.Node;

/**
 * Turns our settings into HikariCP's.
 */
final class HikariConfigs {

	/**
	 * Lowest value HikariCP takes for its time limits, in milliseconds.
	 */
	private static final long LOWEST_TIMEOUT = 250;

	private HikariConfigs() {
	}

	static HikariConfig forNode(Node node, PoolSettings settings, NodeDataSource source,
			SQLExceptionOverride override) {
		HikariConfig config = new HikariConfig();
		config.setPoolName("nexs-db-" + node.id());
		config.setMaximumPoolSize(settings.maxConns());
		config.setMinimumIdle(Math.min(settings.minConns(), settings.maxConns()));
		config.setMaxLifetime(settings.maxConnLifetime().toMillis());
		config.setIdleTimeout(settings.maxConnIdleTime().toMillis());
		config.setConnectionTimeout(Math.max(LOWEST_TIMEOUT, settings.timeouts().acquire().toMillis()));
		config.setValidationTimeout(Math.max(LOWEST_TIMEOUT,
				Math.min(settings.timeouts().connect().toMillis(), config.getConnectionTimeout())));
		config.setLeakDetectionThreshold(settings.leakDetectionThreshold().toMillis());
		config.setKeepaliveTime(settings.keepaliveTime().toMillis());
		PropertyElf.setTargetFromProperties(config, asProperties(settings));
		config.setInitializationFailTimeout(-1);
		config.setDataSource(source);
		config.setExceptionOverride(override);
		return config;
	}

	/**
	 * The same configuration after the user has changed it.
	 * @throws IllegalStateException if what makes the connections was changed: routing
	 * and failover need ours
	 */
	static HikariConfig customized(HikariConfig config, Node node, NodePoolCustomizer customizer) {
		DataSource source = config.getDataSource();
		SQLExceptionOverride override = config.getExceptionOverride();
		customizer.customize(node, config);
		if (config.getDataSource() != source || config.getExceptionOverride() != override) {
			throw new IllegalStateException("A NodePoolCustomizer has changed the data source or the exception"
					+ " override of the pool of " + node.id() + "; leave these two as they are");
		}
		return config;
	}

	private static Properties asProperties(PoolSettings settings) {
		Properties properties = new Properties();
		properties.putAll(settings.hikari());
		return properties;
	}

}
