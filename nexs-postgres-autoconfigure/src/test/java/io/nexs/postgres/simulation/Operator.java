package io.nexs.postgres.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.ConflictPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Who makes the servers fail, and who promotes, follows and rejoins: the faults of the
 * schedule, a supervisor as Patroni or a person would be one, and the end, where
 * everything is mended.
 */
final class Operator {

	private static final long LOOK_EVERY = 50 * Agenda.MILLI;

	private static final long STOP_NANOS = 300 * Agenda.MILLI;

	private final World world;

	private final Schedule.Supervisor habits;

	private int newestTimeline = 1;

	private long lostSince = -1;

	private boolean switching;

	private boolean resting;

	Operator(World world) {
		this.world = world;
		this.habits = world.schedule.supervisor();
	}

	void begin() {
		this.world.schedule.faults()
			.forEach((fault) -> this.world.agenda.at(fault.time(), () -> {
				this.world.trace.say(() -> "fault " + fault.kind() + " " + fault.node() + " " + fault.other() + " for "
						+ fault.lasts() / Agenda.MILLI + " ms: " + this.world.servers);
				strike(fault);
			}));
		supervise();
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
			case SLOW -> set(server, fault, (it) -> it.slowNanos = fault.lasts() / 2, (it) -> it.slowNanos = 0);
			case PROMOTE -> promote(server, nextTimeline(server));
			case PROMOTE_TWO -> promoteTwo(server, this.world.servers.get(fault.other()));
			case SWITCHOVER -> switchover(primary, server);
			case OLD_DATA -> restartOnOldData(server, fault);
			case FOREIGN -> replaceByForeign(server);
			case PAUSE_REPLAY ->
				set(server, fault, (it) -> it.replayPaused = true, (it) -> it.replayPaused = false);
			case STALL -> this.world.client.stall(fault.lasts());
			case CLOCK_JUMP -> this.world.client.jump(Duration.ofNanos((fault.lasts() - fault.time()) * 100));
			case MAINTENANCE -> maintain(server, fault);
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
		this.world.agenda.after(fault.lasts(), () -> start(server));
	}

	/**
	 * With care, a deposed primary comes back as a standby.
	 */
	private void start(Server server) {
		if (this.resting) {
			return;
		}
		if (this.world.schedule.careful() && server.timeline < this.newestTimeline) {
			server.writable = false;
		}
		server.start();
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

	private void promote(Server server, int timeline) {
		if (server.runs() && !server.writable && server.system.equals(Server.SYSTEM)) {
			this.newestTimeline = Math.max(this.newestTimeline, timeline);
			server.promote(timeline);
			this.world.trace.say(() -> "promoted " + server);
			this.world.client.promoted(server);
		}
	}

	/**
	 * Without a common archive a server knows only the timelines it has seen.
	 */
	private int nextTimeline(Server server) {
		return 1 + (this.world.schedule.archive() ? this.newestTimeline : server.timeline);
	}

	private void promoteTwo(Server one, Server other) {
		int timeline = nextTimeline(one);
		promote(one, timeline);
		if (other.timeline < timeline) {
			promote(other, timeline);
		}
	}

	private void switchover(Server primary, Server standby) {
		this.world.stream();
		if (this.switching || standby == primary || !primary.runs() || !standby.runs()
				|| !primary.received.isIn(standby.received)) {
			return;
		}
		primary.kill();
		this.switching = true;
		this.world.agenda.after(STOP_NANOS, () -> {
			this.switching = false;
			if (this.resting) {
				return;
			}
			promote(standby, nextTimeline(standby));
			follow(standby);
			if (standby.writable && primary.received.isIn(standby.received)) {
				primary.rejoin(standby);
			}
			start(primary);
		});
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

	private void replaceByForeign(Server server) {
		boolean spare = this.world.servers.stream().filter((it) -> it.system.equals(Server.SYSTEM)).count() > 2;
		if (spare && !server.writable && this.world.random.nextInt(3) == 0) {
			server.kill();
			server.system = "sys-2";
			server.writable = true;
			server.timeline = 1 + this.world.random.nextInt(9);
			server.start();
		}
	}

	private void supervise() {
		if (!this.resting) {
			look();
			this.world.agenda.after(LOOK_EVERY, this::supervise);
		}
	}

	private void look() {
		int oldest = this.world.schedule.careful() ? this.newestTimeline : 0;
		Server primary = visible().filter((server) -> server.writable && server.timeline >= oldest)
			.max(Comparator.comparingInt((server) -> server.timeline))
			.orElse(null);
		long now = this.world.agenda.now();
		if (primary != null) {
			this.lostSince = -1;
			rejoinOthers(primary);
		}
		else if (this.lostSince < 0 || this.switching) {
			this.lostSince = now;
		}
		else if (now - this.lostSince > this.habits.promoteAfter()) {
			this.lostSince = now;
			promoteBest();
		}
	}

	private Stream<Server> visible() {
		return this.world.servers.stream()
			.filter((server) -> server.runs() && !server.isolated && server.system.equals(Server.SYSTEM));
	}

	private void promoteBest() {
		Server best = visible()
			.max(Comparator.<Server>comparingInt((server) -> server.received.timeline)
				.thenComparingInt((server) -> server.received.length))
			.orElse(null);
		if (best == null || (this.world.schedule.careful() && !seesAllStandbys())) {
			return;
		}
		if (this.habits.killsFirst()) {
			this.world.servers.stream().filter((server) -> server.writable).forEach(Server::kill);
		}
		promote(best, nextTimeline(best));
		this.world.agenda.after(this.habits.followAfter(), () -> {
			if (!this.resting) {
				follow(best);
			}
		});
	}

	/**
	 * One of them has every write that was acknowledged.
	 */
	private boolean seesAllStandbys() {
		return visible().count() >= this.world.servers.size() - 1;
	}

	private void follow(@Nullable Server primary) {
		visible().filter((server) -> !server.writable).forEach((server) -> server.upstream = primary);
	}

	/**
	 * Servers that cannot follow the primary, or are writable beside it, are set up anew
	 * after a while.
	 */
	private void rejoinOthers(Server primary) {
		List<Server> astray = visible().filter((server) -> server != primary && isAstray(server, primary)).toList();
		for (Server server : astray) {
			if (this.world.random.nextLong(this.habits.rejoinAfter()) < LOOK_EVERY) {
				this.world.trace.say(() -> "follows " + primary.name() + ": " + server);
				if (server.writable || !server.received.isIn(primary.received)) {
					server.rejoin(primary);
				}
				server.upstream = primary;
			}
		}
	}

	private static boolean isAstray(Server server, Server primary) {
		return server.writable || server.upstream != primary || !server.received.isIn(primary.received);
	}

	/**
	 * Mends everything: one server is writable on the newest timeline and the others
	 * follow it, except for old primaries that stay as they are now and then.
	 * @return the primary
	 */
	Server mend() {
		this.resting = true;
		this.world.servers.forEach(Operator::mend);
		Server primary = lastPrimary();
		boolean oldOnesStay = this.world.schedule.settings().onConflict() == ConflictPolicy.NEWEST_TIMELINE
				&& this.world.random.nextInt(3) == 0;
		int old = 0;
		for (Server server : this.world.servers) {
			boolean rival = server.writable && server.timeline == primary.timeline;
			boolean stays = server.writable && !rival && oldOnesStay && server.system.equals(Server.SYSTEM);
			if (stays && old + 2 < this.world.servers.size()) {
				old++;
			}
			else if (server != primary && isAstray(server, primary)) {
				server.rejoin(primary);
			}
		}
		this.world.servers.forEach(Server::release);
		this.world.stream();
		return primary;
	}

	private static void mend(Server server) {
		server.cut = false;
		server.isolated = false;
		server.frozen = false;
		server.slowNanos = 0;
		server.replayPaused = false;
		server.start();
	}

	private Server lastPrimary() {
		Server primary = this.world.primary();
		if (primary == null) {
			primary = visible().max(Comparator.<Server>comparingInt((server) -> server.received.timeline)
				.thenComparingInt((server) -> server.received.length)).orElseThrow();
			promote(primary, 1 + this.newestTimeline);
		}
		else if (primary.timeline < this.newestTimeline) {
			primary.kill();
			primary.start();
			primary.promote(++this.newestTimeline);
		}
		return primary;
	}

}
