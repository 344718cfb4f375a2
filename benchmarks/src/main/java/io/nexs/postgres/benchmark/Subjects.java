package io.nexs.postgres.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.baomidou.dynamic.datasource.DynamicRoutingDataSource;
import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.NexsPostgres;

import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/**
 * Makes the subjects. All have HikariCP with ten connections to a node, the same driver
 * and the same server; each peer is set up as its documentation says for a PostgreSQL
 * primary with a replica.
 */
final class Subjects {

	/**
	 * The limit all others are compared with.
	 */
	static final String RAW = "raw";

	/**
	 * The limit once more; its distance from the limit is the noise.
	 */
	static final String RAW_AGAIN = "raw-again";

	/**
	 * This library.
	 */
	static final String NEXS = "nexs";

	/**
	 * What Spring has.
	 */
	static final String LAZY = "lazy";

	/**
	 * How each is set up, in the order of the report.
	 */
	static final Map<String, String> ALL = all();

	private static final String WRAPPER = "jdbc:aws-wrapper:postgresql://";

	private static final int POOL = 10;

	private Subjects() {
	}

	private static Map<String, String> all() {
		Map<String, String> all = new LinkedHashMap<>();
		all.put(RAW, "one HikariCP pool on each node, and the application names the pool");
		all.put(RAW_AGAIN, "the same once more: its distance from `raw` is the noise");
		all.put(LAZY, "Spring's `LazyConnectionDataSourceProxy` over both pools with `setReadOnlyDataSource`; default "
				+ "autocommit and isolation are set, so that it asks no connection for them");
		all.put("dynamic", "dynamic-datasource 4.5.0 (`com.baomidou:dynamic-datasource-spring`): `master` and `slave`, "
				+ "`strict`, the key pushed before each unit of work and polled after it, as the interceptor of `@DS` does");
		all.put("multi-host", "the driver's URL with both hosts: a pool with `targetServerType=primary`, a pool with "
				+ "`targetServerType=preferSecondary`, and the application names the pool");
		all.put("aws",
				"AWS Advanced JDBC Wrapper 4.3.0 under HikariCP: `wrapperPlugins=readWriteSplitting`, both hosts with "
						+ "`singleWriterConnectionString=true`, `wrapperDialect=pg`, its `exceptionOverrideClassName`; "
						+ "the plugins for failover need Aurora or RDS and are left out");
		all.put("aws-plain", "the same wrapper without plugins (`wrapperPlugins=`) on the primary: what it costs to "
				+ "be there; it does not route");
		all.put(NEXS, "this library with its defaults: both nodes in the DSN, hooks and limits off, no meters");
		return all;
	}

	/**
	 * Makes a subject.
	 * @param driver properties of the driver
	 */
	static Subject of(String name, Servers servers, Map<String, String> driver) {
		return of(name, servers, driver, POOL);
	}

	/**
	 * Makes a subject.
	 * @param driver properties of the driver
	 * @param connections to each node
	 */
	static Subject of(String name, Servers servers, Map<String, String> driver, int connections) {
		Pools pools = new Pools(servers, driver, connections);
		return switch (name) {
			case RAW, RAW_AGAIN -> pools.pair(name, pools.url(servers.primary()), pools.url(servers.replica()));
			case LAZY -> lazy(pools);
			case "dynamic" -> dynamic(pools);
			case "multi-host" -> pools.pair(name, pools.both() + "?targetServerType=primary",
					pools.both() + "?targetServerType=preferSecondary");
			case "aws" -> aws(pools);
			case "aws-plain" -> awsPlain(pools);
			case NEXS -> nexs(servers, driver, connections);
			default -> throw new IllegalArgumentException("Unknown subject " + name);
		};
	}

	private static Subject lazy(Pools pools) {
		HikariDataSource primary = pools.pool(pools.url(pools.servers().primary()));
		HikariDataSource replica = pools.pool(pools.url(pools.servers().replica()));
		LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(primary);
		proxy.setReadOnlyDataSource(replica);
		proxy.setDefaultAutoCommit(true);
		proxy.setDefaultTransactionIsolationName("TRANSACTION_READ_COMMITTED");
		return Subject.of(LAZY, proxy, List.of(primary::close, replica::close));
	}

	private static Subject dynamic(Pools pools) {
		HikariDataSource primary = pools.pool(pools.url(pools.servers().primary()));
		HikariDataSource replica = pools.pool(pools.url(pools.servers().replica()));
		Map<String, DataSource> sources = Map.of("master", primary, "slave", replica);
		DynamicRoutingDataSource routing = new DynamicRoutingDataSource(List.of(() -> sources));
		routing.setPrimary("master");
		routing.setStrict(true);
		routing.setP6spy(false);
		routing.setSeata(false);
		routing.afterPropertiesSet();
		return new Subject("dynamic", routing, routing, "master", "slave", List.of(primary::close, replica::close));
	}

	private static Subject aws(Pools pools) {
		HikariDataSource pool = wrapped(pools,
				WRAPPER + pools.hosts() + "/postgres?wrapperPlugins=readWriteSplitting&wrapperDialect=pg"
						+ "&singleWriterConnectionString=true");
		return Subject.of("aws", pool, List.of(pool::close));
	}

	private static Subject awsPlain(Pools pools) {
		HikariDataSource pool = wrapped(pools,
				WRAPPER + "127.0.0.1:" + pools.servers().primary() + "/postgres?wrapperPlugins=&wrapperDialect=pg");
		return Subject.of("aws-plain", pool, List.of(pool::close));
	}

	private static HikariDataSource wrapped(Pools pools, String url) {
		HikariDataSource pool = pools.pool(url);
		pool.setDriverClassName("software.amazon.jdbc.Driver");
		pool.setExceptionOverrideClassName("software.amazon.jdbc.util.HikariCPSQLException");
		return pool;
	}

	private static Subject nexs(Servers servers, Map<String, String> driver, int connections) {
		NexsPostgres postgres = NexsPostgres
			.of("postgres://postgres@127.0.0.1:" + servers.primary() + ",127.0.0.1:" + servers.replica() + "/postgres")
			.pool(PoolSettings.defaults().withDriverProperties(driver).withMaxConns(connections))
			.start();
		return Subject.of(NEXS, postgres.dataSource(), List.of(postgres::close));
	}

	/**
	 * Pools of HikariCP to the servers.
	 *
	 * @param servers the servers
	 * @param driver properties of the driver
	 * @param connections of each pool
	 */
	private record Pools(Servers servers, Map<String, String> driver, int connections) {

		String url(int port) {
			return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
		}

		String hosts() {
			return "127.0.0.1:" + this.servers.primary() + ",127.0.0.1:" + this.servers.replica();
		}

		String both() {
			return "jdbc:postgresql://" + hosts() + "/postgres";
		}

		Subject pair(String name, String writes, String reads) {
			HikariDataSource writing = pool(writes);
			HikariDataSource reading = pool(reads);
			return new Subject(name, writing, reading, null, null, List.of(writing::close, reading::close));
		}

		HikariDataSource pool(String url) {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(url);
			pool.setUsername("postgres");
			pool.setMaximumPoolSize(this.connections);
			this.driver.forEach(pool::addDataSourceProperty);
			return pool;
		}

	}

}
