package io.nexs.postgres.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.embedded.EmbeddedCluster;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A point read by primary key on an embedded primary with one replica: in autocommit
 * mode, and in a read-only transaction of Spring. {@code raw} is one HikariCP pool, the
 * limit; {@code raw-again} is the same once more, and the distance of the two is the
 * noise.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ReadBenchmark {

	private static final int ROWS = 10_000;

	/**
	 * The data source under test.
	 */
	@Param({ "raw", "raw-again", "lazy", "nexs" })
	public String subject = "raw";

	private EmbeddedCluster cluster;

	private Subject running;

	private JdbcTemplate template;

	private TransactionTemplate readOnly;

	@Setup
	public void start() throws SQLException {
		this.cluster = EmbeddedCluster.builder().replicas(1).start();
		try (Connection connection = this.cluster.primary().connect();
				Statement statement = connection.createStatement()) {
			statement.execute("create table item (id int primary key, name text)");
			statement.execute("insert into item select i, 'item ' || i from generate_series(1, " + ROWS + ") i");
			statement.execute("analyze item");
		}
		awaitReplica();
		this.running = Subject.of(this.subject, this.cluster);
		this.template = new JdbcTemplate(this.running.dataSource());
		this.readOnly = new TransactionTemplate(new JdbcTransactionManager(this.running.dataSource()));
		this.readOnly.setReadOnly(true);
	}

	private void awaitReplica() throws SQLException {
		try (Connection connection = this.cluster.node("node-2").connect();
				PreparedStatement count = connection
					.prepareStatement("select count(*) from pg_tables where tablename = 'item'")) {
			int found = 0;
			while (found == 0) {
				try (ResultSet rows = count.executeQuery()) {
					rows.next();
					found = rows.getInt(1);
				}
			}
		}
	}

	@TearDown
	public void stop() {
		this.running.close();
		this.cluster.close();
	}

	@Benchmark
	public String autoCommitRead() throws SQLException {
		try (Connection connection = this.running.dataSource().getConnection()) {
			return read(connection);
		}
	}

	@Benchmark
	public String readOnlyTransaction() {
		return this.readOnly.execute((status) -> this.template.queryForObject("select name from item where id = ?",
				String.class, 1 + ThreadLocalRandom.current().nextInt(ROWS)));
	}

	private static String read(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select name from item where id = ?")) {
			statement.setInt(1, 1 + ThreadLocalRandom.current().nextInt(ROWS));
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getString(1);
			}
		}
	}

}
