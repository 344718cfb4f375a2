package io.nexs.postgres.benchmark;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.routing.Balancer;
import io.nexs.postgres.routing.Candidate;
import io.nexs.postgres.routing.LeastConnections;
import io.nexs.postgres.routing.PeakEwma;
import io.nexs.postgres.routing.RandomChoice;
import io.nexs.postgres.routing.RoundRobin;
import io.nexs.postgres.routing.SmoothWeighted;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The choice among three replicas, without a pool and a server.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class BalancerBenchmark {

	private static final Map<String, Balancer> BALANCERS = Map.of("round-robin", new RoundRobin(), "random",
			new RandomChoice(), "weighted", new SmoothWeighted(), "least-connections", new LeastConnections(),
			"latency", new PeakEwma());

	/**
	 * The balancer under test.
	 */
	@Param({ "round-robin", "random", "weighted", "least-connections", "latency" })
	public String subject = "round-robin";

	private Balancer balancer;

	private List<Fixed> replicas;

	@Setup
	public void start() {
		this.balancer = BALANCERS.get(this.subject);
		this.replicas = List.of(new Fixed(node(1), 3, 50_000), new Fixed(node(2), 2, 60_000),
				new Fixed(node(3), 4, 40_000));
	}

	private static Node node(int number) {
		return new Node("node-" + number, PostgresDsn.parse("postgres://127.0.0.1:" + (5000 + number) + "/postgres"));
	}

	@Benchmark
	public int choose(CpuTime cpu) {
		cpu.add();
		return this.balancer.choose(this.replicas);
	}

	/**
	 * A replica whose figures do not change.
	 *
	 * @param node the node
	 * @param activeConnections connections lent
	 * @param latencyNanos latency
	 */
	private record Fixed(Node node, int activeConnections, double latencyNanos) implements Candidate {

	}

}
