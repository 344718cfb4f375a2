package io.nexs.postgres.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.ConnectionLimits;
import io.nexs.postgres.cluster.NodeIdentity;
import io.nexs.postgres.cluster.SimulatedMonitor.Answer;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server as the client can meet it: a process that lives or not, a log, a
 * timeline, and a network to the client that loses nothing but may hold it back, as TCP
 * does.
 */
final class Server {

	/** How long it takes until all that was held back has arrived. */
	private static final long SETTLES_NANOS = 3000 * Agenda.MILLI;

	static final Instant BOOT = Instant.parse("2026-01-01T00:00:00Z");

	static final String SYSTEM = "sys-1";

	final int index;

	final Set<Session> sessions = new LinkedHashSet<>();

	boolean alive = true;

	boolean frozen;

	/** Cut off from the client. */
	boolean cut;

	/** Cut off from the other servers and the operator. */
	boolean isolated;

	boolean replayPaused;

	boolean writable;

	String system = SYSTEM;

	int timeline = 1;

	long slowNanos;

	Wal received;

	Wal replayed;

	@Nullable Server upstream;

	private final World world;

	private final List<Runnable> heldIn = new ArrayList<>();

	private final List<Runnable> heldOut = new ArrayList<>();

	private final List<Commit> waiting = new ArrayList<>();

	private int starts;

	private long reachableFrom;

	Server(World world, int index, Wal wal) {
		this.world = world;
		this.index = index;
		this.received = wal;
		this.replayed = wal;
	}

	String name() {
		return "node-" + (this.index + 1);
	}

	/**
	 * How often the process was started; a session does not survive it.
	 */
	int starts() {
		return this.starts;
	}

	/**
	 * Whether its process runs, so that it does what does not need the client.
	 */
	boolean runs() {
		return this.alive && !this.frozen;
	}

	/**
	 * Whether it answers the client at once.
	 */
	boolean isReachable() {
		return runs() && !this.cut && this.slowNanos == 0 && this.world.agenda.now() >= this.reachableFrom;
	}

	/**
	 * Something from the client arrives.
	 */
	void receive(Session session, Runnable work) {
		if (this.cut || (this.frozen && this.alive)) {
			this.heldIn.add(() -> receive(session, work));
		}
		else if (!this.alive || (session.start() >= 0 && session.start() != this.starts)) {
			send(session::lost);
		}
		else {
			work.run();
		}
	}

	/**
	 * Something leaves for the client.
	 */
	void send(Runnable arrival) {
		this.world.agenda.after(this.world.latency() + this.slowNanos, () -> arrive(arrival));
	}

	private void arrive(Runnable arrival) {
		if (this.cut) {
			this.heldOut.add(arrival);
		}
		else {
			arrival.run();
		}
	}

	/**
	 * What was held back goes on its way, as far as nothing holds it any longer.
	 */
	void release() {
		this.reachableFrom = this.world.agenda.now() + SETTLES_NANOS;
		List<Runnable> in = List.copyOf(this.heldIn);
		List<Runnable> out = List.copyOf(this.heldOut);
		this.heldIn.clear();
		this.heldOut.clear();
		out.forEach((arrival) -> this.world.agenda.after(this.world.latency(), () -> arrive(arrival)));
		in.forEach((arrival) -> this.world.agenda.after(this.world.latency(), arrival));
	}

	void kill() {
		if (!this.alive) {
			return;
		}
		this.alive = false;
		this.waiting.clear();
		List<Session> ended = List.copyOf(this.sessions);
		this.sessions.clear();
		ended.forEach((session) -> send(session::lost));
		release();
	}

	void start() {
		if (!this.alive) {
			this.alive = true;
			this.frozen = false;
			this.starts++;
			this.replayed = this.writable ? this.received : this.replayed;
		}
	}

	/**
	 * Starts another process on the data of another server.
	 */
	void rejoin(Server upstream) {
		kill();
		this.writable = false;
		this.system = upstream.system;
		this.timeline = upstream.timeline;
		this.received = upstream.received;
		this.replayed = upstream.received;
		this.upstream = upstream;
		start();
	}

	void promote(int newTimeline) {
		this.timeline = newTimeline;
		this.received = this.received.with(newTimeline, Wal.NO_WRITE, this.world.agenda.now());
		this.replayed = this.received;
		this.writable = true;
		this.upstream = null;
	}

	/**
	 * Takes what its upstream has, if it can, and says so.
	 */
	void stream() {
		Server from = this.upstream;
		if (from != null && runs() && !this.writable && from.runs() && from.writable && !this.isolated && !from.isolated
				&& from.system.equals(this.system) && from.timeline >= this.timeline
				&& this.received.isIn(from.received)) {
			this.timeline = from.timeline;
			this.received = from.received;
			this.replayed = this.replayPaused ? this.replayed : this.received;
			from.confirm(this.received);
		}
	}

	private void confirm(Wal standby) {
		List<Commit> done = this.waiting.stream().filter((commit) -> commit.record.isIn(standby)).toList();
		this.waiting.removeAll(done);
		done.forEach((commit) -> commit.acknowledge.accept(commit.record));
	}

	/**
	 * Commits a write: the record is in the log at once, the answer may wait for a
	 * standby.
	 */
	void commit(long write, Consumer<Wal> acknowledge) {
		this.received = this.received.with(this.timeline, write, this.world.agenda.now());
		this.replayed = this.received;
		if (this.world.schedule.synchronous()) {
			this.waiting.add(new Commit(this.received, acknowledge));
		}
		else {
			acknowledge.accept(this.received);
		}
		this.world.agenda.after(this.world.latency(), this.world::stream);
	}

	Answer answer() {
		NodeIdentity identity = new NodeIdentity(this.system, "10.0.0." + (this.index + 1), 5432,
				BOOT.plusSeconds(this.starts), "18.1", ConnectionLimits.of(100), "read committed");
		int shown = (this.writable || this.world.schedule.timelineReadable()) ? this.timeline : 0;
		long age = (this.world.agenda.now() - this.replayed.time) / Agenda.MILLI;
		return new Answer(!this.writable, shown, this.replayed.position(), age, identity);
	}

	@Override
	public String toString() {
		return name() + (this.alive ? "" : " dead") + (this.frozen ? " frozen" : "") + (this.cut ? " cut" : "")
				+ (this.isolated ? " isolated" : "") + (this.writable ? " writable" : " standby") + " on timeline "
				+ this.timeline + " at " + this.received.length;
	}

	/**
	 * A commit that waits for a standby.
	 *
	 * @param record its place in the log
	 * @param acknowledge answers the client
	 */
	private record Commit(Wal record, Consumer<Wal> acknowledge) {

	}

}
