package io.nexs.postgres.pool;

import java.time.Duration;
import java.util.Properties;

import io.nexs.postgres.cluster.Node;

/**
 * What pgjdbc is told. Ours first, then the DSN's parameters, then the user's driver
 * properties, each in preference to the one before.
 */
final class DriverProperties {

	private static final boolean FINDS_SOCKET_FACTORY = NodeSocketFactory.isVisibleToDriver();

	private DriverProperties() {
	}

	static Properties forNode(Node node, PoolSettings settings) {
		Properties properties = new Properties();
		properties.setProperty("tcpKeepAlive", "true");
		properties.setProperty("reWriteBatchedInserts", "true");
		// The name travels in the start-up packet, where RESET finds it, and not by SET
		properties.setProperty("assumeMinServerVersion", Integer.toString(NodeConnector.OLDEST_SERVER));
		properties.setProperty("connectTimeout", seconds(settings.timeouts().connect()));
		properties.setProperty("loginTimeout", "0");
		Duration socket = settings.timeouts().socket();
		properties.setProperty("socketTimeout", socket.isZero() ? "0" : seconds(socket));
		properties.setProperty("cancelSignalTimeout", seconds(settings.timeouts().connect()));
		if (FINDS_SOCKET_FACTORY) {
			properties.setProperty("socketFactory", NodeSocketFactory.class.getName());
			properties.setProperty("sslfactory", NodeSslFactory.class.getName());
		}
		if (settings.applicationName() != null) {
			properties.setProperty("ApplicationName", settings.applicationName());
		}
		if (settings.pooler() == Pooler.PGBOUNCER) {
			properties.setProperty("prepareThreshold", "0");
		}
		properties.putAll(node.dsn().parameters());
		properties.putAll(settings.driverProperties());
		settings.sessionParameters().forEach((name, value) -> sayFirst(properties, name, value));
		properties.putAll(node.dsn().secrets());
		return properties;
	}

	/**
	 * Of two values of one parameter the server takes the last.
	 */
	private static void sayFirst(Properties properties, String name, String value) {
		String said = "-c " + name + "=" + value.replace("\\", "\\\\").replace(" ", "\\ ");
		String options = properties.getProperty("options");
		properties.setProperty("options", (options != null) ? said + " " + options : said);
	}

	/**
	 * pgjdbc counts in whole seconds and takes zero for "no limit", so a fraction is
	 * rounded up.
	 */
	static String seconds(Duration duration) {
		return Long.toString(Math.max(1, (duration.toMillis() + 999) / 1000));
	}

}
