package io.nexs.postgres.simulation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.nexs.postgres.cluster.ConflictPolicy;

/**
 * Who promotes, follows and rejoins, as Patroni or a person would; and who mends
 * everything at the end.
 */
final class Supervisor {

	private static final long LOOK_EVERY = 50 * Agenda.MILLI;

	private static final long STOP_NANOS = 300 * Agenda.MILLI;

	private static final Comparator<Server> MOST_ADVANCED = Comparator
		.<Server>comparingInt((server) -> server.received.timeline)
		.thenComparingInt((server) -> server.received.length);

	private final World world;

	private final Schedule.Habits habits;

	private int newestTimeline = 1;

	private long lostSince = -1;

	private boolean switching;

	private boolean resting;

	Supervisor(World world) {
		this.world = world;
		this.habits = world.schedule.habits();
	}

	/**
	 * With care, a deposed primary comes back as a standby.
	 */
	void start(Server server) {
		if (this.resting) {
			return;
		}
		if (this.world.schedule.careful() && server.timeline < this.newestTimeline) {
			server.writable = false;
		}
		server.start();
	}

	void promote(Server server) {
		promote(server, nextTimeline(server));
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

	void promoteTwo(Server one, Server other) {
		int timeline = nextTimeline(one);
		promote(one, timeline);
		if (other.timeline < timeline) {
			promote(other, timeline);
		}
	}

	void switchover(Server primary, Server standby) {
		this.world.stream();
		if (this.switching || standby == primary || !primary.runs() || !standby.runs()
				|| !primary.received.isIn(standby.received)) {
			return;
		}
		primary.kill();
		this.switching = true;
		this.world.agenda.after(STOP_NANOS, () -> {
			this.switching = false;
			if (this.resting || primary.alive) {
				return;
			}
			promote(standby);
			follow(standby);
			if (standby.writable && primary.received.isIn(standby.received)) {
				primary.rejoin(standby);
			}
			start(primary);
		});
	}

	void supervise() {
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
		Server best = visible().max(MOST_ADVANCED).orElse(null);
		if (best == null || (this.world.schedule.careful() && !seesAllStandbys())) {
			return;
		}
		if (this.habits.killsFirst()) {
			this.world.servers.stream().filter((server) -> server.writable).forEach(Server::kill);
		}
		promote(best);
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

	private void follow(Server primary) {
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
		this.world.servers.forEach(Supervisor::mend);
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
			primary = visible().max(MOST_ADVANCED).orElseThrow();
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
