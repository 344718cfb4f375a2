package io.nexs.postgres.benchmark.hook;

import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.embedded.EmbeddedNode;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;

/**
 * What is measured beside us: one HikariCP pool, and the same behind datasource-proxy
 * with one listener that does nothing.
 */
final class Peers {

	private Peers() {
	}

	static HikariDataSource pool(EmbeddedNode node, int size, Map<String, String> driver) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + node.directPort() + "/postgres");
		pool.setUsername("postgres");
		pool.setMaximumPoolSize(size);
		driver.forEach(pool::addDataSourceProperty);
		return pool;
	}

	static DataSource proxied(DataSource pool) {
		return ProxyDataSourceBuilder.create(pool).listener(new NoListener()).build();
	}

	/**
	 * Does nothing.
	 */
	private static final class NoListener implements QueryExecutionListener {

		@Override
		public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
			// Nothing
		}

		@Override
		public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
			// Nothing
		}

	}

}
