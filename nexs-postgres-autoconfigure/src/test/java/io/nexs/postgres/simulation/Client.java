package io.nexs.postgres.simulation;

import java.time.Instant;
import java.util.ArrayList;
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

	private final Jvm jvm;

	final SimulatedMonitor monitor;

	final SimulatedRouting routing;

	final List<Pool> pools = new ArrayList<>();

	final Gate gate;

	final Checks checks;

	final Ledger ledger;

	private final NodeChecks nodeChecks;

	private final List<ProbeLoop> probers = new ArrayList<>();

	private final List<Writer> writers = new ArrayList<>();

	private final Reader reader;

	private final SimulatedFailover failover;

	private long nextBeat;

	Client(World world, SimulatedRouting.Targets targets) {
		this.world = world;
		this.jvm = world.jvm;
		MonitorSettings settings = world.schedule.settings();
		List<Node> nodes = NODES.subList(0, world.schedule.nodes());
		this.monitor = new SimulatedMonitor(nodes, settings, this.jvm.nanoTime());
		this.routing = targets.routing(this.monitor.topology());
		this.checks = new Checks(this.monitor.topology(), world.schedule, world.agenda);
		this.ledger = new Ledger(this);
		this.nodeChecks = new NodeChecks(settings);
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
		this.probers.forEach((prober) -> this.jvm.run(prober::probe));
		this.jvm.run(this::beats);
		this.jvm.after(writersAt, () -> {
			this.writers.forEach(Writer::begin);
			this.reader.begin();
		});
	}

	void probeNow() {
		this.jvm.run(() -> this.probers.forEach(ProbeLoop::probeNow));
	}

	void maintenance(int node, boolean on) {
		this.jvm
			.run(() -> this.monitor.maintenance(node, this.jvm.nanoTime(), this.jvm.timeOfDay(), on, this::published));
	}

	void hangProbe(int node) {
		this.probers.get(node).hang();
	}

	/**
	 * The operator of the application pins writes, if the library lets him.
	 */
	void pin(int node) {
		this.jvm.run(() -> {
			if (SimulatedFailover.mayBePinned(this.monitor.topology(), NODES.get(node).id())) {
				this.monitor.pin(node, this.jvm.nanoTime(), this.jvm.timeOfDay(), true, this::published);
			}
		});
	}

	void unpin() {
		this.jvm.run(() -> this.monitor.pin(0, this.jvm.nanoTime(), this.jvm.timeOfDay(), false, this::published));
	}

	/**
	 * Traffic was answered.
	 */
	void heard(int node) {
		this.monitor.heard(node, this.jvm.nanoTime());
		this.nodeChecks.heard(NODES.get(node).id(), this.jvm.runningNanos());
	}

	/**
	 * Real traffic met a failure.
	 */
	void reportFailure(int node, String sqlState) {
		ProbeLoop prober = this.probers.get(node);
		int probes = prober.probes();
		if (!prober.isWaiting()) {
			long ran = this.jvm.runningNanos();
			this.world.agenda.after(AT_ONCE,
					() -> Checks.require(prober.probes() > probes || this.jvm.runningNanos() - ran < AT_ONCE,
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
		this.monitor.asked(node, this.jvm.nanoTime());
		this.nodeChecks.asked(NODES.get(node).id(), this.jvm.runningNanos());
	}

	/**
	 * A standby was promoted. Where writes wait for it and nothing else is wrong, it is
	 * known within two fast probes.
	 */
	void promoted(Server server) {
		NodeState known = this.monitor.topology().node(server.name());
		long ran = this.jvm.runningNanos();
		int starts = server.starts();
		int changes = this.checks.changes();
		long bound = this.world.schedule.settings().fastInterval().toNanos() * 22 / 10 + 20 * Agenda.MILLI;
		if (!server.isReachable() || this.monitor.topology().hasPrimary() || known.status() != NodeStatus.HEALTHY) {
			return;
		}
		this.world.agenda.after(bound, () -> {
			boolean undisturbed = server.isReachable() && server.starts() == starts && server.writable
					&& !this.probers.get(server.index).isHung() && this.jvm.runningNanos() - ran == bound
					&& this.checks.changes() == changes
					&& this.monitor.topology().node(server.name()).status() == NodeStatus.HEALTHY;
			Checks.require(!undisturbed || this.monitor.topology().node(server.name()).role() == NodeRole.PRIMARY,
					() -> "not noticed: " + server + " in " + this.monitor.topology().describe());
		});
	}

	boolean takesForPrimary(Server server) {
		return this.monitor.topology().node(server.name()).role() == NodeRole.PRIMARY;
	}

	void answered(int node, long latency, Answer answer) {
		this.checks.answered(NODES.get(node).id(), answer, this.world.agenda.now(), this.jvm.moment());
		this.nodeChecks.probed(NODES.get(node).id(), this.jvm.runningNanos());
		this.monitor.answered(node, this.jvm.nanoTime(), this.jvm.timeOfDay(), latency, answer, this::published);
		this.checks.fencedAtOnce(node, answer, this.monitor.topology());
		beatIfDue();
	}

	void failed(int node, String reason) {
		this.monitor.failed(node, this.jvm.nanoTime(), this.jvm.timeOfDay(), reason, this::published);
		this.nodeChecks.failed(NODES.get(node).id(), false, this.monitor.topology());
		this.nodeChecks.refused(NODES.get(node).id());
		beatIfDue();
	}

	/**
	 * A probe was not answered in its time.
	 * @return whether it should be asked again at once
	 */
	boolean unanswered(int node) {
		SimulatedMonitor.Meaning meaning = this.monitor.unanswered(node, this.jvm.nanoTime(), this.jvm.timeOfDay(),
				this::published);
		if (meaning != SimulatedMonitor.Meaning.UNKNOWN) {
			this.nodeChecks.failed(NODES.get(node).id(), meaning == SimulatedMonitor.Meaning.EXCUSED,
					this.monitor.topology());
		}
		else {
			this.nodeChecks.ignored(NODES.get(node).id(), this.jvm.runningNanos(), this.monitor.beatNanos());
		}
		beatIfDue();
		return meaning == SimulatedMonitor.Meaning.UNKNOWN;
	}

	private void published(Topology before, Topology after, List<ClusterEvent> events) {
		if (!events.isEmpty()) {
			this.world.trace.say(() -> events.stream().map((event) -> event.describe(after)).toList().toString());
		}
		this.checks.published(before, after, events);
		this.nodeChecks.published(events, this.jvm.runningNanos());
		if (after.epoch() != before.epoch()) {
			this.probers.forEach(ProbeLoop::reconsider);
		}
		this.checks.told(this.failover.next(after, events, this.jvm.nanoTime(), this.jvm.timeOfDay()),
				this.failover.state(), events);
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
			if (this.monitor.beat(this.jvm.nanoTime(), this::published)) {
				this.probers.forEach(ProbeLoop::probeNow);
			}
			this.nodeChecks.suspicionCleared(this.monitor.topology(), this.jvm.runningNanos(),
					this.monitor.beatNanos());
		}
	}

	private void beats() {
		beatIfDue();
		this.jvm.after(Math.max(1, this.nextBeat - this.world.agenda.now()), this::beats);
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
