package io.nexs.postgres.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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
 * ({@link ReplaySocketFactory}): a handle that is given back as it came, a statement in
 * autocommit mode, and one in a read-only transaction of Spring.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class StubBenchmark {

	private static final int ASKED = 200;

	/** So many that all is compiled, also where other processes take the time. */
	private static final int UNTIMED = 30_000;

	/** A stub has to be asked everything once, so there is one to a node. */
	private static final int STUBS = 1;

	/**
	 * The data source under test, one of {@link Subjects#ALL}.
	 */
	@Param("raw")
	public String subject = "raw";

	private Servers servers;

	private Subject running;

	private JdbcTemplate template;

	private TransactionTemplate readOnly;

	@Setup
	public void start() throws SQLException {
		this.servers = Servers.find();
		this.running = Subjects.of(this.subject, this.servers,
				Map.of("socketFactory", ReplaySocketFactory.class.getName()), STUBS);
		this.template = new JdbcTemplate(this.running.reads());
		this.readOnly = new TransactionTemplate(new JdbcTransactionManager(this.running.reads()));
		this.readOnly.setReadOnly(true);
		repeat(ASKED);
		ReplaySocketFactory.replay();
		repeat(UNTIMED);
	}

	private void repeat(int times) throws SQLException {
		for (int i = 0; i < times; i++) {
			read();
			inTransaction();
		}
	}

	@TearDown
	public void stop() {
		// A keepalive or a probe may be among them
		if (ReplaySocketFactory.asked() > 100) {
			throw new IllegalStateException("The server was asked " + ReplaySocketFactory.asked() + " times");
		}
		this.running.close();
		this.servers.close();
	}

	/**
	 * A handle, given back without a statement. The lazy ones borrow nothing for it.
	 */
	@Benchmark
	public boolean pool(CpuTime cpu) throws SQLException {
		cpu.add();
		Subject.enter(this.running.writeKey());
		try (Connection connection = this.running.writes().getConnection()) {
			return connection.getAutoCommit();
		}
		finally {
			Subject.leave(this.running.writeKey());
		}
	}

	/**
	 * A handle, a statement in autocommit mode, and the handle closed.
	 */
	@Benchmark
	public int query(CpuTime cpu) throws SQLException {
		cpu.add();
		return read();
	}

	private int read() throws SQLException {
		Subject.enter(this.running.writeKey());
		try (Connection connection = this.running.writes().getConnection();
				PreparedStatement statement = connection.prepareStatement("select ?::int")) {
			statement.setInt(1, 42);
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getInt(1);
			}
		}
		finally {
			Subject.leave(this.running.writeKey());
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
		Subject.enter(this.running.readKey());
		try {
			return this.readOnly.execute((status) -> this.template.queryForObject("select ?::int", Integer.class, 42));
		}
		finally {
			Subject.leave(this.running.readKey());
		}
	}

}
