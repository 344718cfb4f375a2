package io.nexs.postgres.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Servers, their network and their operator, as a model with a clock of its own: what the
 * probers would have seen of one random history.
 */
final class ModelCluster {

	private final Random random;

	private final List<Server> servers = new ArrayList<>();

	private final MonitorSettings settings;

	private int highestTimeline = 1;

	private long nanoTime;

	ModelCluster(Random random, int size, MonitorSettings settings) {
		this.random = random;
		this.settings = settings;
		this.nanoTime = random.nextLong() >> 8;
		for (int i = 1; i <= size; i++) {
			this.servers.add(new Server(i));
		}
		this.servers.get(random.nextInt(size)).writable = true;
	}

	/**
	 * One step of the history: something happens, or a probe is sent, or its answer
	 * arrives.
	 */
	Observation next() {
		while (true) {
			advance();
			Server server = anyServer();
			if (this.random.nextInt(12) == 0) {
				disturb(server);
			}
			else if (this.random.nextInt(40) == 0) {
				return new Observation.MaintenanceChanged(server.id(), this.nanoTime, now(), this.random.nextBoolean());
			}
			else if (server.unread.isEmpty()) {
				server.unread.add(probe(server));
				if (server.frozen && this.random.nextBoolean()) {
					return new Observation.ProbeLate(server.id(), this.nanoTime, now(), 500_000_000);
				}
			}
			else {
				return server.unread.remove();
			}
		}
	}

	/** Everything is mended, one server is the primary, all others follow it. */
	Server heal() {
		Server primary = anyServer();
		boolean alone = this.servers.stream().filter((server) -> server.writable).count() == 1;
		if (!primary.writable || !alone || primary.timeline < this.highestTimeline) {
			primary.writable = true;
			primary.timeline = ++this.highestTimeline;
		}
		for (Server server : this.servers) {
			server.restart();
			server.unread.clear();
			server.writable = server == primary;
			server.timeline = primary.timeline;
			server.lsn = primary.lsn;
		}
		return primary;
	}

	/** Every server once, in random order. */
	List<Observation> probeRound() {
		List<Server> order = new ArrayList<>(this.servers);
		Collections.shuffle(order, this.random);
		List<Observation> round = new ArrayList<>();
		for (Server server : order) {
			advance();
			round.add(probe(server));
		}
		return round;
	}

	List<Observation> endOfMaintenance() {
		List<Observation> all = new ArrayList<>();
		this.servers
			.forEach((server) -> all.add(new Observation.MaintenanceChanged(server.id(), this.nanoTime, now(), false)));
		return all;
	}

	private void disturb(Server server) {
		int what = this.random.nextInt(10);
		if (what == 0) {
			server.alive = false;
		}
		else if (what <= 2) {
			server.restart();
		}
		else if (what <= 4) {
			server.frozen = !server.frozen;
		}
		else if (what == 5) {
			server.cutOff = !server.cutOff;
		}
		else if (what <= 7) {
			promote(server);
		}
		else if (what == 8) {
			promoteTwins();
		}
		else {
			rejoin(server);
		}
	}

	private void promote(Server server) {
		if (!server.writable && server.alive && !server.frozen) {
			server.writable = true;
			server.timeline++;
			this.highestTimeline = Math.max(this.highestTimeline, server.timeline);
		}
	}

	/** Two standbys promoted at once choose the same timeline. */
	private void promoteTwins() {
		Server one = anyServer();
		Server other = anyServer();
		other.timeline = other.writable ? other.timeline : one.timeline;
		promote(one);
		promote(other);
	}

	private void rejoin(Server server) {
		Server upstream = anyServer();
		if (upstream != server && upstream.writable) {
			server.restart();
			server.writable = false;
			server.timeline = upstream.timeline;
			server.lsn = upstream.lsn;
		}
	}

	private void advance() {
		this.nanoTime += this.random.nextInt(400) * 1_000_000L;
		for (Server server : this.servers) {
			if (server.writable && server.alive && !server.frozen && this.random.nextBoolean()) {
				server.lsn += this.random.nextInt(50_000);
			}
			else if (!server.writable && server.alive && !server.frozen) {
				follow(server);
			}
		}
	}

	private void follow(Server standby) {
		for (Server upstream : this.servers) {
			if (upstream.writable && upstream.alive && upstream.timeline >= standby.timeline
					&& this.random.nextBoolean()) {
				standby.timeline = upstream.timeline;
				standby.lsn = Math.max(standby.lsn, upstream.lsn);
				return;
			}
		}
	}

	private Observation probe(Server server) {
		if (!server.alive || server.frozen || server.cutOff) {
			return new Observation.ProbeFailed(server.id(), this.nanoTime + this.settings.timeout().toNanos(), now(),
					"08006: lost");
		}
		return new Observation.ProbeSucceeded(server.id(), this.nanoTime, now(), 1_000_000,
				server.report(this.random.nextBoolean()));
	}

	private Server anyServer() {
		return this.servers.get(this.random.nextInt(this.servers.size()));
	}

	private Instant now() {
		return ClusterScript.BOOT.plus(Duration.ofNanos(this.nanoTime));
	}

	/**
	 * One server of the model.
	 */
	static final class Server {

		private final int number;

		private final Deque<Observation> unread = new ArrayDeque<>();

		private boolean alive = true;

		private boolean frozen;

		private boolean cutOff;

		private boolean writable;

		private int timeline = 1;

		private long lsn = 1_000_000;

		private int starts;

		Server(int number) {
			this.number = number;
		}

		String id() {
			return "node-" + this.number;
		}

		private void restart() {
			this.starts++;
			this.alive = true;
			this.frozen = false;
			this.cutOff = false;
		}

		private ServerReport report(boolean timelineReadable) {
			NodeIdentity identity = ClusterScript.identity("sys-1", "10.0.0." + this.number,
					ClusterScript.BOOT.plusSeconds(this.starts));
			int received = timelineReadable ? this.timeline : 0;
			return this.writable ? new ServerReport(false, this.timeline, new Lsn(this.lsn), null, -1, 0, identity)
					: new ServerReport(true, 0, new Lsn(this.lsn), new Lsn(this.lsn), 10, received, identity);
		}

	}

}
