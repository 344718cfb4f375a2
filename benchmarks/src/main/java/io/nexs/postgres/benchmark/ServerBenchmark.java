package io.nexs.postgres.benchmark;

import java.sql.SQLException;
import java.util.List;
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

/**
 * The operations against an embedded primary with one replica, by one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 1, time = 1500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 2, time = 1)
@Fork(1)
public class ServerBenchmark {

	/**
	 * The data source under test, one of {@link Subjects#ALL}.
	 */
	@Param("raw")
	public String subject = "raw";

	private Servers servers;

	private Subject running;

	private Operations operations;

	@Setup
	public void start() throws SQLException {
		this.servers = Servers.find();
		this.servers.clear();
		this.running = Subjects.of(this.subject, this.servers, Map.of());
		this.operations = new Operations(this.running);
	}

	@TearDown
	public void stop() {
		this.running.close();
		this.servers.close();
	}

	@Benchmark
	public String query(CpuTime cpu) throws SQLException {
		cpu.add();
		return this.operations.query();
	}

	@Benchmark
	public List<String> queryAll(CpuTime cpu) throws SQLException {
		cpu.add();
		return this.operations.queryAll();
	}

	@Benchmark
	public int exec(CpuTime cpu) throws SQLException {
		cpu.add();
		return this.operations.exec();
	}

	@Benchmark
	public String readOnlyTransaction(CpuTime cpu) {
		cpu.add();
		return this.operations.readOnlyTransaction();
	}

	@Benchmark
	public int transaction(CpuTime cpu) {
		cpu.add();
		return this.operations.transaction();
	}

	@Benchmark
	public int[][] batch(CpuTime cpu) {
		cpu.add();
		return this.operations.batch();
	}

}
