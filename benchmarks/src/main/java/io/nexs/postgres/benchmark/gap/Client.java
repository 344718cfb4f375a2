package io.nexs.postgres.benchmark.gap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.zaxxer.hikari.HikariDataSource;
import io.nexs.postgres.cluster.ClusterMonitor;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the writers write through.
 *
 * @param items writes a row
 * @param seen when it saw the newer timeline, in the time of {@link System#nanoTime()};
 * empty for a client that does not look
 * @param end ends it
 */
record Client(Items items, CompletableFuture<Long> seen, Runnable end) implements AutoCloseable {

	/** Names of the clients, as the program's argument has them. */
	static final List<String> NAMES = List.of("nexs", "pgjdbc", "pgjdbc-tuned");

	/**
	 * A client of the servers at these addresses.
	 */
	static Client of(String name, List<String> hosts, Map<String, Object> properties) {
		return switch (name) {
			case "nexs" -> nexs(hosts, Stock.Retried.class, "marker", properties);
			case "nexs-once" -> nexs(hosts, Stock.Plain.class, "marker", properties);
			case "nexs-off" -> nexs(hosts, Stock.Plain.class, "off", properties);
			case "pgjdbc" -> pgjdbc(hosts, "", new HikariDataSource());
			case "pgjdbc-tuned" -> tuned(hosts);
			default -> throw new IllegalArgumentException("Unknown client " + name);
		};
	}

	private static Client nexs(List<String> hosts, Class<? extends Items> type, String outcome,
			Map<String, Object> properties) {
		Map<String, Object> all = new HashMap<>(Map.of("nexs.db.dsn",
				"postgres://postgres@" + String.join(",", hosts) + "/postgres", "nexs.db.transaction.outcome", outcome,
				"spring.main.banner-mode", "off", "spring.jmx.enabled", "false"));
		all.putAll(properties);
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Stock.class).web(WebApplicationType.NONE)
			.properties(all)
			.run();
		CompletableFuture<Long> seen = new CompletableFuture<>();
		context.getBean(ClusterMonitor.class).addListener((topology, events) -> {
			if (topology.term() != null && topology.term().timeline() > 1) {
				seen.complete(System.nanoTime());
			}
		});
		return new Client(context.getBean(type), seen, context::close);
	}

	/**
	 * Short limits in the driver and in the pool.
	 */
	private static Client tuned(List<String> hosts) {
		HikariDataSource pool = new HikariDataSource();
		pool.setConnectionTimeout(5000);
		pool.setValidationTimeout(1000);
		return pgjdbc(hosts, "&connectTimeout=1&loginTimeout=2&socketTimeout=2&hostRecheckSeconds=1", pool);
	}

	private static Client pgjdbc(List<String> hosts, String parameters, HikariDataSource pool) {
		pool.setJdbcUrl("jdbc:postgresql://" + String.join(",", hosts)
				+ "/postgres?user=postgres&targetServerType=primary" + parameters);
		JdbcTemplate jdbc = new JdbcTemplate(pool);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
		Items items = (id) -> transaction.executeWithoutResult((status) -> jdbc.update(Stock.INSERT, id));
		return new Client(items, new CompletableFuture<>(), pool::close);
	}

	@Override
	public void close() {
		this.end.run();
	}

}
