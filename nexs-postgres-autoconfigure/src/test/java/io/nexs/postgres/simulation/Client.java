package io.nexs.postgres.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.MonitorSettings;
import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.cluster.NodeStatus;
import io.nexs.postgres.cluster.SimulatedMonitor;
import io.nexs.postgres.cluster.SimulatedMonitor.Answer;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.failover.SimulatedFailover;
import io.nexs.postgres.pool.SimulatedPools;
import io.nexs.postgres.routing.SimulatedRouting;

/**
 * The application with the library in it: the probers, the cluster thread, the pools, and
 * those who write and read. All decisions are those of the library.
 */
final class Client implements SimulatedPools.Orders {

	static final int MOST_NODES = 4;

	static final List<Node> NODES = IntStream.rangeClosed(1, MOST_NODES)
		.mapToObj((i) -> new Node("node-" + i, PostgresDsn.of(new HostAndPort("10.0.0." + i, 5432), "app")))
		.toList();

	private static final int WRITERS = 2;

	/** A little more than the shortest pause between two probes. */
	private static final long AT_ONCE = 6 * Agenda.MILLI;

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

	private final SimulatedFailover failover;

	private long nextBeat;

	/** For how long the JVM has stood still, up to the end of the last time. */
	private long stalled;

	private long stalledUntil;

	private Duration jumped = Duration.ZERO;

	Client(World world, SimulatedRouting.Targets targets) {
		this.world = world;
		MonitorSettings settings = world.schedule.settings();
		List<Node> nodes = NODES.subList(0, world.schedule.nodes());
		this.monitor = new SimulatedMonitor(nodes, settings, nanoTime());
		this.routing = targets.routing(this.monitor.topology());
		this.checks = new Checks(this.monitor.topology(), world.schedule);
		this.ledger = new Ledger(this);
		this.failover = new SimulatedFailover(world.schedule.waiting());
		this.gate = new Gate(this, this.failover);
		for (Server server : world.servers) {
			this.pools.add(new Pool(world, server));
			this.probers.add(new ProbeLoop(world, server));
		}
		for (int i = 0; i < WRITERS; i++) {
			this.writers.add(new Writer(world, this, i));
		}
		this.reader = new Reader(world, this);
	}

	void begin(long writersAt) {
		this.nextBeat = this.world.agenda.now();
		this.probers.forEach((prober) -> run(prober::probe));
		run(this::beats);
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
		long now = this.world.agenda.now();
		this.stalled += Math.max(0, now + nanos - Math.max(now, this.stalledUntil));
		this.stalledUntil = Math.max(this.stalledUntil, this.world.agenda.now() + nanos);
		this.world.agenda.at(this.stalledUntil, this::wake);
	}

	/**
	 * How long the JVM has run.
	 */
	long runningNanos() {
		long now = this.world.agenda.now();
		return now - (this.stalled - Math.max(0, this.stalledUntil - now));
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
		run(() -> this.monitor.maintenance(node, nanoTime(), timeOfDay(), on, this::published));
	}

	void hangProbe(int node) {
		this.probers.get(node).hang();
	}

	/**
	 * The operator of the application pins writes, if the library lets him.
	 */
	void pin(int node) {
		run(() -> {
			if (SimulatedFailover.mayBePinned(this.monitor.topology(), NODES.get(node).id())) {
				this.monitor.pin(node, nanoTime(), timeOfDay(), true, this::published);
			}
		});
	}

	void unpin() {
		run(() -> this.monitor.pin(0, nanoTime(), timeOfDay(), false, this::published));
	}

	/**
	 * Traffic was answered.
	 */
	void heard(int node) {
		this.monitor.heard(node, nanoTime());
		this.checks.heard(NODES.get(node).id(), runningNanos());
	}

	/**
	 * Real traffic met a failure.
	 */
	void reportFailure(int node, String sqlState) {
		ProbeLoop prober = this.probers.get(node);
		int probes = prober.probes();
		if (!prober.isWaiting()) {
			after(AT_ONCE, () -> Checks.require(prober.probes() > probes,
					() -> "no probe of " + NODES.get(node) + " after the report of a failure"));
		}
		Topology now = this.monitor.topology();
		if (now.primary() == null || now.primary().id().equals(NODES.get(node).id()) || "25006".equals(sqlState)) {
			this.probers.forEach(ProbeLoop::probeNow);
		}
		else {
			this.probers.get(node).probeNow();
		}
	}

	/**
	 * A probe is sent.
	 */
	void asked(int node) {
		this.monitor.asked(node, nanoTime());
		this.checks.asked(NODES.get(node).id(), runningNanos());
	}

	/**
	 * A standby was promoted. Where writes wait for it and nothing else is wrong, it is
	 * known within two fast probes.
	 */
	void promoted(Server server) {
		NodeState known = this.monitor.topology().node(server.name());
		long ran = runningNanos();
		int starts = server.starts();
		long bound = this.world.schedule.settings().fastInterval().toNanos() * 22 / 10 + 20 * Agenda.MILLI;
		if (!server.isReachable() || this.monitor.topology().hasPrimary() || known.status() != NodeStatus.HEALTHY) {
			return;
		}
		this.world.agenda.after(bound, () -> {
			boolean undisturbed = server.isReachable() && server.starts() == starts && server.writable
					&& runningNanos() - ran == bound && !this.monitor.topology().hasPrimary()
					&& this.monitor.topology().node(server.name()).status() == NodeStatus.HEALTHY;
			Checks.require(!undisturbed || this.monitor.topology().node(server.name()).role() == NodeRole.PRIMARY,
					() -> "not noticed: " + server + " in " + this.monitor.topology().describe());
		});
	}

	void answered(int node, long latency, Answer answer) {
		this.checks.answered(NODES.get(node).id(), answer, this.world.agenda.now());
		this.checks.probed(NODES.get(node).id(), runningNanos());
		this.monitor.answered(node, nanoTime(), timeOfDay(), latency, answer, this::published);
		this.checks.fencedAtOnce(node, answer, this.monitor.topology());
		beatIfDue();
	}

	void failed(int node, String reason) {
		this.monitor.failed(node, nanoTime(), timeOfDay(), reason, this::published);
		this.checks.failed(NODES.get(node).id(), false, this.monitor.topology());
		beatIfDue();
	}

	/**
	 * A probe was not answered in its time.
	 * @return whether it should be asked again at once
	 */
	boolean unanswered(int node) {
		SimulatedMonitor.Meaning meaning = this.monitor.unanswered(node, nanoTime(), timeOfDay(), this::published);
		if (meaning != SimulatedMonitor.Meaning.UNKNOWN) {
			this.checks.failed(NODES.get(node).id(), meaning == SimulatedMonitor.Meaning.EXCUSED, this.monitor.topology());
		}
		beatIfDue();
		return meaning == SimulatedMonitor.Meaning.UNKNOWN;
	}

	private void published(Topology before, Topology after, List<ClusterEvent> events) {
		if (!events.isEmpty()) {
			this.world.trace.say(() -> events.stream().map((event) -> event.describe(after)).toList().toString());
		}
		this.checks.published(before, after, events, runningNanos());
		if (after.epoch() != before.epoch()) {
			this.probers.forEach(ProbeLoop::reconsider);
		}
		this.checks.told(this.failover.next(after, events, nanoTime(), timeOfDay()), this.failover.state(), events);
		this.routing.publish(after);
		events.forEach((event) -> SimulatedPools.follow(event, after, this));
		this.gate.published(after);
		this.pools.forEach((pool) -> pool.checkNobodyIsLeft(after));
	}

	@Override
	public void empty(String node) {
		pool(node).empty();
	}

	@Override
	public void abort(String node) {
		pool(node).abort();
	}

	@Override
	public void abortOthers(String node, Instant startedAt) {
		pool(node).abortOthers(startedAt);
	}

	private Pool pool(String node) {
		return this.pools.get(NODES.indexOf(this.monitor.topology().node(node).node()));
	}

	/**
	 * The cluster thread beats after whatever it does, when it is time.
	 */
	private void beatIfDue() {
		if (this.world.agenda.now() >= this.nextBeat) {
			this.nextBeat = this.world.agenda.now() + this.monitor.beatNanos();
			if (this.monitor.beat(nanoTime(), this::published)) {
				this.probers.forEach(ProbeLoop::probeNow);
			}
			this.checks.suspicionCleared(this.monitor.topology(), runningNanos(), this.monitor.beatNanos());
		}
	}

	private void beats() {
		beatIfDue();
		after(Math.max(1, this.nextBeat - this.world.agenda.now()), this::beats);
	}

	/**
	 * After everything was mended and some time has passed, nobody waits and all is as it
	 * should be.
	 */
	void checkRecovered(Server primary, long mendedAt) {
		this.checks.recovered(this.monitor.topology(), primary, this.world.servers, this.failover.state());
		this.writers.forEach((writer) -> writer.checkProgress(mendedAt));
		this.reader.checkProgress(mendedAt);
		this.ledger.check(primary);
	}

}
