package io.nexs.postgres.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

import io.nexs.postgres.routing.SimulatedRouting;
import org.jspecify.annotations.Nullable;

/**
 * The servers, and what every part of a run can reach.
 */
final class World {

	private static final long STREAM_EVERY = 100 * Agenda.MILLI;

	final Agenda agenda = new Agenda();

	final Jvm jvm;

	final Schedule schedule;

	final Random random;

	final Trace trace;

	final List<Server> servers = new ArrayList<>();

	/** The first record of the cluster. */
	final Wal root = Wal.begin();

	final Client client;

	final Supervisor supervisor;

	final Operator operator;

	World(Schedule schedule, @Nullable Consumer<String> listener, SimulatedRouting.Targets targets) {
		this.schedule = schedule;
		this.jvm = new Jvm(this.agenda, schedule.nanoTimeAtStart());
		this.random = new Random(schedule.seed());
		this.trace = new Trace(listener, this.agenda);
		Wal wal = this.root;
		for (int i = 0; i < schedule.nodes(); i++) {
			this.servers.add(new Server(this, i, wal));
		}
		Server primary = this.servers.get(this.random.nextInt(schedule.nodes()));
		primary.writable = true;
		this.servers.stream().filter((server) -> server != primary).forEach((server) -> server.upstream = primary);
		this.client = new Client(this, targets);
		this.supervisor = new Supervisor(this);
		this.operator = new Operator(this, this.supervisor);
	}

	long latency() {
		return this.random.nextLong(100_000, 2 * Agenda.MILLI);
	}

	/**
	 * How long a thread that has an answer waits for a processor.
	 */
	long threadDelay() {
		return (this.random.nextInt(10) == 0) ? this.random.nextLong(50 * Agenda.MILLI) : 0;
	}

	/**
	 * All standbys take what they can.
	 */
	void stream() {
		this.servers.forEach(Server::stream);
	}

	void streamForEver() {
		stream();
		this.agenda.after(STREAM_EVERY, this::streamForEver);
	}

	/**
	 * The writable server of the cluster on the newest timeline.
	 */
	@Nullable Server primary() {
		Server newest = null;
		for (Server server : this.servers) {
			if (server.writable && server.system.equals(Server.SYSTEM)
					&& (newest == null || server.timeline > newest.timeline)) {
				newest = server;
			}
		}
		return newest;
	}

}
