package io.nexs.postgres.benchmark.hook;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nexs.postgres.benchmark.CpuTime;
import io.nexs.postgres.benchmark.ReplaySocketFactory;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookCallerSource;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookSettings;
import io.nexs.postgres.metrics.MeterSettings;
import io.nexs.postgres.metrics.RoutingMeters;
import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.CommitProtocol;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.safety.SafetySettings;
import io.nexs.postgres.tracing.CurrentCaller;
import io.nexs.postgres.tracing.TracingHook;
import io.nexs.postgres.tracing.TracingSettings;
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
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What one hook that does nothing on all points, the meters, the safety monitor, the
 * stacks of borrowers and tracing cost over the delegates alone, and datasource-proxy
 * over the pool alone ({@code raw}), on a stub that answers for the server
 * ({@link ReplaySocketFactory}). {@code delegates} and {@code delegates-again} are the
 * same; their distance is the noise.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(3)
public class HookBenchmark {

	private static final int CONNECTIONS = 2;

	private static final Map<String, String> STUB = Map.of("socketFactory", ReplaySocketFactory.class.getName());

	/**
	 * What is on.
	 */
	@Param({ "raw", "datasource-proxy", "delegates", "delegates-again", "hook", "metrics", "safety", "stacks", "caller",
			"tracing-unheard", "tracing-handler", "tracing-unsampled", "tracing-spans" })
	public String subject = "delegates";

	private EmbeddedCluster cluster;

	private DataSource dataSource;

	private Runnable closing;

	private Connection held;

	private PreparedStatement heldStatement;

	@Setup
	public void start() throws SQLException {
		this.cluster = EmbeddedCluster.builder().replicas(0).start();
		switch (this.subject) {
			case "raw", "datasource-proxy" -> startPeer();
			default -> startRouted();
		}
		this.held = this.dataSource.getConnection();
		this.heldStatement = this.held.prepareStatement("select ?::int");
		for (int i = 0; i < 100; i++) {
			autoCommit();
			transaction();
			statement();
		}
		ReplaySocketFactory.replay();
	}

	private void startPeer() {
		HikariDataSource pool = Peers.pool(this.cluster.primary(), CONNECTIONS, STUB);
		this.dataSource = this.subject.equals("raw") ? pool : Peers.proxied(pool);
		this.closing = pool::close;
	}

	private void startRouted() {
		HookRegistry registry = new HookRegistry(HookSettings.defaults(),
				this.subject.equals("caller") ? new CurrentCaller(null) : HookCallerSource.NONE);
		NexsPostgres.Builder builder = NexsPostgres
			.of("postgres://postgres@127.0.0.1:" + this.cluster.primary().directPort() + "/postgres")
			.monitor(MonitorSettings.defaults()
				.withTimes(Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ofSeconds(5)))
			.pool(PoolSettings.defaults().withMaxConns(CONNECTIONS).withDriverProperties(STUB))
			.hooks(registry.dispatcher());
		if (this.subject.equals("metrics")) {
			builder.collaborators((defaults) -> defaults
				.withListener(new RoutingMeters(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), buckets())));
		}
		if (this.subject.equals("safety")) {
			watch(builder);
		}
		NexsPostgres postgres = builder.start();
		postgres.pools().all().forEach((pools) -> pools.traceLoans(this.subject.equals("stacks")));
		addHooks(registry, postgres);
		this.dataSource = postgres.dataSource();
		this.closing = postgres::close;
	}

	private void addHooks(HookRegistry registry, NexsPostgres postgres) {
		if (this.subject.equals("hook") || this.subject.equals("caller")) {
			registry.add("nothing", new NoHook(), 0);
		}
		if (this.subject.startsWith("tracing-")) {
			registry.add("tracing",
					new TracingHook(Observers.of(this.subject), null,
							postgres.monitor().topology().nodes().stream().map(NodeState::node).toList(),
							TracingSettings.defaults()),
					0);
		}
	}

	private static void watch(NexsPostgres.Builder builder) {
		AtomicReference<SafetyMonitor> monitor = new AtomicReference<>();
		builder.commit((cluster, pools) -> {
			monitor.set(new SafetyMonitor(pools, SafetySettings.defaults()));
			return CommitProtocol.PLAIN;
		}).collaborators((defaults) -> defaults.withListener(monitor.get()));
	}

	private static MeterSettings buckets() {
		return new MeterSettings(
				List.of(1, 5, 10, 25, 50, 100, 250, 500, 1000, 5000, 10_000).stream().map(Duration::ofMillis).toList());
	}

	@TearDown
	public void stop() throws SQLException {
		this.held.close();
		this.closing.run();
		this.cluster.close();
	}

	/**
	 * A handle, a statement in autocommit mode, and the handle closed.
	 */
	@Benchmark
	public int autoCommit(CpuTime cpu) throws SQLException {
		cpu.add();
		return autoCommit();
	}

	private int autoCommit() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			return read(connection);
		}
	}

	/**
	 * The same in a transaction.
	 */
	@Benchmark
	public int transaction(CpuTime cpu) throws SQLException {
		cpu.add();
		return transaction();
	}

	private int transaction() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			int result = read(connection);
			connection.commit();
			return result;
		}
	}

	/**
	 * One more execution of a statement that is held.
	 */
	@Benchmark
	public int statement(CpuTime cpu) throws SQLException {
		cpu.add();
		return statement();
	}

	private int statement() throws SQLException {
		this.heldStatement.setInt(1, 42);
		try (ResultSet rows = this.heldStatement.executeQuery()) {
			rows.next();
			return rows.getInt(1);
		}
	}

	private static int read(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement("select ?::int")) {
			statement.setInt(1, 42);
			try (ResultSet rows = statement.executeQuery()) {
				rows.next();
				return rows.getInt(1);
			}
		}
	}

	/**
	 * Runs it.
	 * @param args the file of the results and, with commas between them, what is to be on
	 * if not everything
	 */
	public static void main(String[] args) throws RunnerException {
		String[] words = ((args.length > 0) ? args[0] : "hooks.json").split(",");
		ChainedOptionsBuilder options = new OptionsBuilder().include(HookBenchmark.class.getName())
			.addProfiler(GCProfiler.class)
			.resultFormat(ResultFormatType.JSON)
			.result(words[0]);
		if (words.length > 1) {
			options.param("subject", Arrays.copyOfRange(words, 1, words.length));
		}
		new Runner(options.build()).run();
	}

	/**
	 * A hook on all points that does nothing.
	 */
	private static final class NoHook implements DatabaseHook {

		@Override
		public void before(HookContext context) {
			// Nothing
		}

		@Override
		public void after(HookContext context) {
			// Nothing
		}

		@Override
		public void failed(HookContext context) {
			// Nothing
		}

	}

}
