package io.nexs.postgres.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.SimulatedMonitor;
import io.nexs.postgres.cluster.SimulatedMonitor.Answer;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.routing.RoundRobin;
import io.nexs.postgres.routing.SimulatedRouting;

/**
 * The application with the library in it: the probers, the cluster thread, the pools, and
 * those who write and read. All decisions are those of the library.
 */
final class Client {

	static final int MOST_NODES = 4;

	static final List<Node> NODES = IntStream.rangeClosed(1, MOST_NODES)
		.mapToObj((i) -> new Node("node-" + i, PostgresDsn.of(new HostAndPort("10.0.0." + i, 5432), "app")))
		.toList();

	private static final int WRITERS = 2;

	/** As in the cluster thread: checks for late answers in half a probe timeout. */
	private static final int LATE_TICKS = 2;

	final World world;

	final SimulatedMonitor monitor;

	final SimulatedRouting routing;

	final List<Pool> pools = new ArrayList<>();

	final Gate gate;

	final Checks checks;

	final Ledger ledger;

	private final List<ProbeLoop> probers = new ArrayList<>();

	private final List<Writer> writers = new ArrayList<>();

	private final Reader reader;

	/** What the JVM will do when it runs again. */
	private final Deque<Runnable> deferred = new ArrayDeque<>();

	private final long tick;

	private long lastCheck;

	private long stalledUntil;

	private Duration jumped = Duration.ZERO;

	Client(World world, SimulatedRouting.Targets targets) {
		this.world = world;
		MonitorSettings settings = world.schedule.settings();
		List<Node> nodes = NODES.subList(0, world.schedule.nodes());
		this.monitor = new SimulatedMonitor(nodes, settings);
		this.routing = targets.routing(this.monitor.topology(), new RoundRobin());
		this.checks = new Checks(this.monitor.topology(), settings);
		this.ledger = new Ledger(this);
		this.gate = new Gate(this);
		for (Server server : world.servers) {
			this.pools.add(new Pool(world, server));
			this.probers.add(new ProbeLoop(world, server));
		}
		for (int i = 0; i < WRITERS; i++) {
			this.writers.add(new Writer(world, this, i));
		}
		this.reader = new Reader(world, this);
		this.tick = settings.timeout().toNanos() / LATE_TICKS / 2;
	}

	void begin(long writersAt) {
		this.lastCheck = nanoTime();
		this.probers.forEach((prober) -> run(prober::probe));
		after(this.tick, this::ticks);
		after(writersAt, () -> {
			this.writers.forEach(Writer::begin);
			this.reader.begin();
		});
	}

	long nanoTime() {
		return this.world.schedule.nanoTimeAtStart() + this.world.agenda.now();
	}

	Instant timeOfDay() {
		return Server.BOOT.plusNanos(this.world.agenda.now()).plus(this.jumped);
	}

	/**
	 * Something the JVM does, as soon as it runs.
	 */
	void run(Runnable action) {
		if (this.world.agenda.now() < this.stalledUntil) {
			this.deferred.add(action);
		}
		else {
			action.run();
		}
	}

	private void wake() {
		while (!this.deferred.isEmpty() && this.world.agenda.now() >= this.stalledUntil) {
			this.deferred.remove().run();
		}
	}

	void after(long delay, Runnable action) {
		this.world.agenda.after(delay, () -> run(action));
	}

	void stall(long nanos) {
		this.stalledUntil = Math.max(this.stalledUntil, this.world.agenda.now() + nanos);
		this.world.agenda.at(this.stalledUntil, this::wake);
	}

	/**
	 * Until when the JVM stands still, or did at last.
	 */
	long stalledUntil() {
		return this.stalledUntil;
	}

	void jump(Duration by) {
		this.jumped = this.jumped.plus(by);
	}

	void probeNow() {
		run(() -> this.probers.forEach(ProbeLoop::probeNow));
	}

	void maintenance(int node, boolean on) {
		run(() -> observe(() -> this.monitor.maintenance(node, nanoTime(), timeOfDay(), on)));
	}

	/**
	 * Real traffic met a failure.
	 */
	void reportFailure(int node, String sqlState) {
		Topology now = this.monitor.topology();
		if (now.primary() == null || now.primary().id().equals(NODES.get(node).id()) || "25006".equals(sqlState)) {
			this.probers.forEach(ProbeLoop::probeNow);
		}
		else {
			this.probers.get(node).probeNow();
		}
	}

	void answered(int node, long latency, Answer answer) {
		this.checks.answered(node, answer, this.world.agenda.now());
		observe(() -> this.monitor.answered(node, nanoTime(), timeOfDay(), latency, answer));
		this.checks.fencedAtOnce(node, answer, this.monitor.topology());
	}

	void failed(int node, String reason) {
		observe(() -> this.monitor.failed(node, nanoTime(), timeOfDay(), reason));
	}

	private void observe(Supplier<List<ClusterEvent>> observation) {
		Topology before = this.monitor.topology();
		List<ClusterEvent> events = observation.get();
		Topology after = this.monitor.topology();
		if (!events.isEmpty()) {
			this.world.trace.say(() -> events.toString());
		}
		this.checks.published(before, after, events);
		if (after.epoch() != before.epoch()) {
			this.probers.forEach(ProbeLoop::reconsider);
		}
		this.routing.publish(after);
		for (ClusterEvent event : events) {
			this.pools.forEach((pool) -> pool.follow(event, after));
		}
		this.gate.published(after);
		this.pools.forEach((pool) -> pool.checkNobodyIsLeft(after));
		lookForLateAnswers();
	}

	private void ticks() {
		lookForLateAnswers();
		after(this.tick, this::ticks);
	}

	private void lookForLateAnswers() {
		long now = nanoTime();
		long since = now - this.lastCheck;
		if (since < this.tick) {
			return;
		}
		this.lastCheck = now;
		if (since > this.tick * LATE_TICKS) {
			return;
		}
		for (ProbeLoop prober : this.probers) {
			long waited = prober.waited(now);
			if (waited > this.tick * LATE_TICKS
					&& this.monitor.topology().nodes().get(prober.node()).status() == NodeStatus.HEALTHY) {
				observe(() -> this.monitor.late(prober.node(), nanoTime(), timeOfDay(), waited));
			}
		}
	}

	/**
	 * After everything was mended and some time has passed, nobody waits and all is as it
	 * should be.
	 */
	void checkRecovered(Server primary, long mendedAt) {
		this.checks.recovered(this.monitor.topology(), primary, this.world.servers);
		this.writers.forEach((writer) -> writer.checkProgress(mendedAt));
		this.reader.checkProgress(mendedAt);
		this.ledger.check(primary);
	}

}
