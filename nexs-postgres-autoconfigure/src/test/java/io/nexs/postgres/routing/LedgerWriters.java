package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.nexs.postgres.embedded.EmbeddedNode;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that write one row per transaction, each with a number of its own, and know
 * which were acknowledged. A transaction that failed is not repeated.
 */
final class LedgerWriters implements AutoCloseable {

	private final NexsPostgres postgres;

	private final List<Thread> threads = new ArrayList<>();

	private final AtomicInteger numbers = new AtomicInteger();

	private final Map<Integer, Integer> acknowledged = new ConcurrentHashMap<>();

	private final Map<String, Long> first = new ConcurrentHashMap<>();

	private final Set<Integer> failed = ConcurrentHashMap.newKeySet();

	private volatile boolean ended;

	LedgerWriters(NexsPostgres postgres, int count) throws SQLException {
		this.postgres = postgres;
		RoutingFixture.execute(postgres, "drop table if exists ledger");
		RoutingFixture.execute(postgres, "create table ledger (id int not null, port int not null)");
		for (int i = 0; i < count; i++) {
			Thread thread = new Thread(this::write, "ledger-writer-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
			thread.start();
		}
	}

	private void write() {
		while (!this.ended) {
			int id = this.numbers.incrementAndGet();
			try {
				int port = insert(id);
				this.acknowledged.put(id, port);
				this.first.putIfAbsent(Thread.currentThread().getName() + "@" + port, System.nanoTime());
			}
			catch (SQLException ex) {
				this.failed.add(id);
			}
		}
	}

	private int insert(int id) throws SQLException {
		try (Connection connection = this.postgres.dataSource().getConnection()) {
			connection.setAutoCommit(false);
			try (PreparedStatement insert = connection
				.prepareStatement("insert into ledger values (?," + " current_setting('port')::int) returning port")) {
				insert.setInt(1, id);
				int port;
				try (ResultSet row = insert.executeQuery()) {
					row.next();
					port = row.getInt(1);
				}
				connection.commit();
				return port;
			}
		}
	}

	/**
	 * How many transactions a server has acknowledged.
	 */
	long acknowledgedBy(EmbeddedNode node) {
		return this.acknowledged.values().stream().filter((port) -> port == node.directPort()).count();
	}

	/**
	 * When each thread that wrote to a server did so first.
	 */
	List<Long> firstOn(EmbeddedNode node) {
		return this.first.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().endsWith("@" + node.directPort()))
			.map(Map.Entry::getValue)
			.toList();
	}

	int acknowledged() {
		return this.acknowledged.size();
	}

	/**
	 * Every acknowledged row is there once, and no other but those in doubt, once too.
	 */
	void assertKeptBy(EmbeddedNode primary) throws SQLException {
		Map<Integer, Integer> rows = new HashMap<>();
		try (Connection connection = primary.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select id, count(*) from ledger group by id")) {
			while (row.next()) {
				rows.put(row.getInt(1), row.getInt(2));
			}
		}
		assertThat(rows.keySet()).containsAll(this.acknowledged.keySet());
		assertThat(rows.values()).containsOnly(1);
		rows.keySet().removeAll(this.acknowledged.keySet());
		assertThat(this.failed).containsAll(rows.keySet());
	}

	/**
	 * Waits until every thread has come back.
	 */
	void end() {
		this.ended = true;
		Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> this.threads.stream().noneMatch(Thread::isAlive));
	}

	@Override
	public void close() {
		end();
	}

}
