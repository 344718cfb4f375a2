package io.nexs.postgres.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
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
 * The work of the client alone, on a stub that answers for the server
 * ({@link ReplaySocketFactory}): a statement in autocommit mode, and one in a read-only
 * transaction of Spring. {@code raw} is one HikariCP pool, {@code raw-again} the same
 * once more.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(4)
public class StubBenchmark {

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
		this.running = Subject.of(this.subject, this.cluster,
				Map.of("socketFactory", ReplaySocketFactory.class.getName()));
		this.template = new JdbcTemplate(this.running.dataSource());
		this.readOnly = new TransactionTemplate(new JdbcTransactionManager(this.running.dataSource()));
		this.readOnly.setReadOnly(true);
		for (int i = 0; i < 200; i++) {
			read();
			inTransaction();
		}
		ReplaySocketFactory.replay();
	}

	@TearDown
	public void stop() {
		// A keepalive or a probe may be among them
		if (ReplaySocketFactory.asked() > 100) {
			throw new IllegalStateException("The server was asked " + ReplaySocketFactory.asked() + " times");
		}
		this.running.close();
		this.cluster.close();
	}

	/**
	 * A handle, a statement in autocommit mode, and the handle closed.
	 */
	@Benchmark
	public int autoCommitRead(CpuTime cpu) throws SQLException {
		cpu.add();
		return read();
	}

	private int read() throws SQLException {
		try (Connection connection = this.running.dataSource().getConnection();
				PreparedStatement statement = connection.prepareStatement("select ?::int")) {
			statement.setInt(1, 42);
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getInt(1);
			}
		}
	}

	/**
	 * A read-only transaction of Spring with one statement.
	 */
	@Benchmark
	public Integer readOnlyTransaction(CpuTime cpu) {
		cpu.add();
		return inTransaction();
	}

	private Integer inTransaction() {
		return this.readOnly.execute((status) -> this.template.queryForObject("select ?::int", Integer.class, 42));
	}

}
