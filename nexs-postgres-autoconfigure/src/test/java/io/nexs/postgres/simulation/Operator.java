package io.nexs.postgres.simulation;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Who makes servers, network and client fail as the schedule says.
 */
final class Operator {

	private final World world;

	private final Supervisor supervisor;

	Operator(World world, Supervisor supervisor) {
		this.world = world;
		this.supervisor = supervisor;
	}

	void begin() {
		this.world.schedule.faults().forEach((fault) -> this.world.agenda.at(fault.time(), () -> {
			this.world.trace.say(() -> "fault " + fault.kind() + " " + fault.node() + " " + fault.other() + " for "
					+ fault.lasts() / Agenda.MILLI + " ms: " + this.world.servers);
			strike(fault);
		}));
	}

	private void strike(Fault fault) {
		Server server = this.world.servers.get(fault.node());
		Server primary = (this.world.primary() != null) ? this.world.primary() : server;
		switch (fault.kind()) {
			case CRASH -> crash(server, fault);
			case CRASH_PRIMARY -> crash(primary, fault);
			case FREEZE -> freeze(server, fault);
			case FREEZE_PRIMARY -> freeze(primary, fault);
			case CUT -> cut(server, fault);
			case CUT_PRIMARY -> cut(primary, fault);
			case ISOLATE -> isolate(server, fault);
			case ISOLATE_PRIMARY -> isolate(primary, fault);
			case SLOW -> set(server, fault, (it) -> it.slowNanos = fault.lasts() / 4, (it) -> it.slowNanos = 0);
			case PROMOTE -> this.supervisor.promote(server);
			case PROMOTE_TWO -> this.supervisor.promoteTwo(server, this.world.servers.get(fault.other()));
			case SWITCHOVER -> this.supervisor.switchover(primary, server);
			case OLD_DATA -> restartOnOldData(server, fault);
			case FOREIGN -> replaceByForeign(server);
			case PAUSE_REPLAY -> set(server, fault, (it) -> it.replayPaused = true, (it) -> it.replayPaused = false);
			case STALL -> this.world.jvm.stall(fault.lasts());
			case CLOCK_JUMP -> this.world.jvm.jump(Duration.ofNanos((fault.lasts() - fault.time()) * 100));
			case MAINTENANCE -> maintain(server, fault);
			case MAINTENANCE_PRIMARY -> maintain(primary, fault);
			case HANG_PROBE -> this.world.client.hangProbe(primary.index);
			case PIN -> pin(server.writable ? server : primary, fault);
			case PROBE_NOW -> this.world.client.probeNow();
		}
	}

	private void set(Server server, Fault fault, Consumer<Server> on, Consumer<Server> off) {
		on.accept(server);
		this.world.agenda.after(fault.lasts(), () -> {
			off.accept(server);
			server.release();
			this.world.stream();
		});
	}

	private void crash(Server server, Fault fault) {
		server.kill();
		this.world.agenda.after(fault.lasts(), () -> this.supervisor.start(server));
	}

	private void freeze(Server server, Fault fault) {
		set(server, fault, (it) -> it.frozen = true, (it) -> it.frozen = false);
	}

	private void cut(Server server, Fault fault) {
		set(server, fault, (it) -> it.cut = true, (it) -> it.cut = false);
	}

	private void isolate(Server server, Fault fault) {
		set(server, fault, (it) -> it.isolated = true, (it) -> it.isolated = false);
	}

	private void maintain(Server server, Fault fault) {
		this.world.client.maintenance(server.index, true);
		this.world.agenda.after(fault.lasts(), () -> this.world.client.maintenance(server.index, false));
	}

	private void pin(Server server, Fault fault) {
		this.world.client.pin(server.index);
		this.world.agenda.after(fault.lasts(), this.world.client::unpin);
	}

	private void restartOnOldData(Server server, Fault fault) {
		Server primary = this.world.primary();
		if (server == primary) {
			return;
		}
		server.kill();
		server.received = server.received.without(fault.other());
		server.replayed = server.received;
		this.world.agenda.after(fault.lasts() / 10, server::start);
	}

	/**
	 * A primary that is replaced before a probe has noticed anything takes writes of new
	 * connections: nobody asks them which cluster they lead to before they are used.
	 */
	private void replaceByForeign(Server server) {
		boolean spare = this.world.servers.stream().filter((it) -> it.system.equals(Server.SYSTEM)).count() > 2;
		if (spare && !server.writable && !this.world.client.takesForPrimary(server)
				&& this.world.random.nextInt(3) == 0) {
			server.kill();
			server.system = "sys-2";
			server.received = Wal.begin();
			server.replayed = server.received;
			server.writable = true;
			server.timeline = 1 + this.world.random.nextInt(9);
			server.start();
		}
	}

}
