package io.nexs.postgres.simulation;

import java.util.function.Consumer;

import io.nexs.postgres.cluster.SimulatedMonitor.Answer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that probes one node.
 */
final class ProbeLoop {

	private static final long MIN_GAP = 5 * Agenda.MILLI;

	private final World world;

	private final Server server;

	private final long timeout;

	private @Nullable Session session;

	private boolean wanted;

	private boolean waiting;

	private long askedAt;

	private long start;

	private long end;

	private double jitter;

	/** Only the newest timer counts. */
	private int timer;

	ProbeLoop(World world, Server server) {
		this.world = world;
		this.server = server;
		this.timeout = world.schedule.settings().timeout().toNanos();
	}

	int node() {
		return this.server.index;
	}

	void probe() {
		this.wanted = false;
		this.start = this.world.agenda.now();
		this.askedAt = this.world.client.nanoTime();
		this.waiting = true;
		Session open = this.session;
		if (open != null) {
			ask(open);
			return;
		}
		Session fresh = new Session(this.world, this.server);
		this.session = fresh;
		fresh.connect(this.timeout, () -> ask(fresh), this::failed);
	}

	private void ask(Session on) {
		long asked = this.world.client.nanoTime();
		on.request((Server server, Consumer<Answer> answer) -> answer.accept(server.answer()), (Answer answer) -> {
			this.waiting = false;
			this.world.client.answered(this.server.index, this.world.client.nanoTime() - asked, answer);
			pause();
		}, this::failed, this.timeout);
	}

	private void failed(String sqlState) {
		this.waiting = false;
		this.session = null;
		this.world.client.failed(this.server.index, sqlState + ": lost");
		pause();
	}

	private void pause() {
		this.end = this.world.agenda.now();
		this.jitter = this.world.random.nextDouble(0.9, 1.1);
		rest();
	}

	private void rest() {
		long now = this.world.agenda.now();
		long interval = this.wanted ? 0
				: (long) (this.jitter
						* this.world.client.monitor.intervalNanos(this.server.index, this.world.client.nanoTime()));
		long rest = Math.max(this.start + interval, this.end + MIN_GAP) - now;
		int mine = ++this.timer;
		this.world.client.after(Math.max(0, rest), () -> {
			if (mine == this.timer) {
				probe();
			}
		});
	}

	void probeNow() {
		this.wanted = true;
		reconsider();
	}

	void reconsider() {
		if (!this.waiting && this.end > 0) {
			rest();
		}
	}

	long waited(long now) {
		return this.waiting ? now - this.askedAt : 0;
	}

}
