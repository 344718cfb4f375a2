package io.nexs.postgres.simulation;

import java.util.function.Consumer;

import io.nexs.postgres.cluster.SimulatedMonitor.Answer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that probes one node.
 */
final class ProbeLoop {

	private final World world;

	private final Server server;

	private final long timeout;

	private @Nullable Session session;

	private @Nullable Session hung;

	private boolean wanted;

	private boolean waiting;

	private int probes;

	private long start;

	/** Only the newest timer counts. */
	private int timer;

	ProbeLoop(World world, Server server) {
		this.world = world;
		this.server = server;
		this.timeout = world.schedule.settings().timeout().toNanos();
	}

	/**
	 * The server answers no more on the connection of this moment.
	 */
	void hang() {
		this.hung = this.session;
	}

	boolean isHung() {
		return this.hung != null && this.hung == this.session;
	}

	boolean isWaiting() {
		return this.waiting;
	}

	int probes() {
		return this.probes;
	}

	int node() {
		return this.server.index;
	}

	void probe() {
		this.wanted = false;
		this.start = this.world.jvm.nanoTime();
		this.waiting = true;
		this.probes++;
		this.world.client.asked(node());
		Session open = this.session;
		if (open != null) {
			ask(open);
			return;
		}
		Session fresh = new Session(this.world, this.server, false, () -> {
		});
		this.session = fresh;
		fresh.connect(this.timeout, () -> ask(fresh), (sqlState) -> failed(fresh, sqlState));
	}

	private void ask(Session on) {
		long asked = this.world.jvm.nanoTime();
		on.request((Server server, Consumer<Answer> answer) -> {
			if (on != this.hung) {
				answer.accept(server.answer());
			}
		}, (Answer answer) -> {
			this.waiting = false;
			this.world.client.answered(this.server.index, this.world.jvm.nanoTime() - asked, answer);
			pause();
		}, (sqlState) -> failed(on, sqlState), this.timeout);
	}

	private void failed(Session with, String sqlState) {
		this.waiting = false;
		this.session = null;
		if (!with.isTimedOut()) {
			this.world.client.failed(node(), sqlState + ": lost");
		}
		else if (this.world.client.unanswered(node())) {
			this.wanted = true;
		}
		pause();
	}

	private void pause() {
		double jitter = this.world.random.nextDouble(0.9, 1.1);
		this.world.client.monitor.ended(node(), this.start, this.world.jvm.nanoTime(), jitter);
		rest();
	}

	private void rest() {
		long rest = this.world.client.monitor.restNanos(node(), this.wanted, this.world.jvm.nanoTime());
		int mine = ++this.timer;
		this.world.jvm.after(Math.max(0, rest), () -> {
			if (mine == this.timer && !this.waiting) {
				probe();
			}
		});
	}

	void probeNow() {
		this.wanted = true;
		reconsider();
	}

	/**
	 * The topology has changed, and with it the pace.
	 */
	void reconsider() {
		if (!this.waiting) {
			rest();
		}
	}

}
