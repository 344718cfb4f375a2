package io.nexs.postgres.cluster;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Probes one node on a thread and a connection of its own, so that no node waits for
 * another. What it learns goes to the cluster thread.
 */
final class Prober implements Runnable, Watched {

	private final Node node;

	private final MonitorSettings settings;

	private final ProbeSession session;

	private final Supplier<Topology> topology;

	private final Consumer<Observation> observations;

	private final Stalls stalls;

	private final ProbePace pace;

	private final Thread thread;

	private volatile boolean closed;

	private volatile boolean wanted;

	private volatile boolean waiting;

	/** Not {@code null} while there is to be no probe and no connection. */
	private volatile @Nullable CountDownLatch paused;

	private volatile long askedAt = System.nanoTime();

	/** When the node was heard of other than by traffic. */
	private volatile long heardAt = System.nanoTime();

	private volatile @Nullable LongSupplier traffic;

	/** When a probe was last answered. */
	private long probedAt = System.nanoTime();

	/** Why the last probe has failed; {@code null} once one is answered. */
	private volatile @Nullable SQLException failure;

	/** For how long the process had stood still when the probe was sent. */
	private long stalledBefore;

	Prober(int index, Node node, ProbeContext context) {
		this.node = node;
		this.settings = context.settings();
		this.session = new ProbeSession(node, context);
		this.topology = context.topology();
		this.observations = context.observations();
		this.stalls = context.stalls();
		this.pace = new ProbePace(index, this.settings);
		this.thread = new Thread(this, "nexs-db-probe-" + node.id());
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Probe as soon as possible. Never blocks.
	 */
	void probeNow() {
		this.wanted = true;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Probe as soon as possible, on a new connection. Never blocks.
	 */
	void reconnect() {
		this.session.renew();
		probeNow();
	}

	/**
	 * Look at the topology again: the pace may have changed.
	 */
	void reconsider() {
		LockSupport.unpark(this.thread);
	}

	/**
	 * Probe no more, and close the connection after the probe under way.
	 * @param resting counted down once there is no connection
	 */
	void pause(CountDownLatch resting) {
		this.paused = resting;
		LockSupport.unpark(this.thread);
	}

	void resume() {
		this.paused = null;
		LockSupport.unpark(this.thread);
	}

	@Override
	public boolean isWaiting() {
		return this.waiting;
	}

	@Override
	public long askedAt() {
		return this.askedAt;
	}

	@Override
	public boolean isPaused() {
		return this.paused != null;
	}

	@Nullable SQLException failure() {
		return this.failure;
	}

	/**
	 * Where to read when the node last answered traffic.
	 * @param source gives nanoseconds on the scale of {@link System#nanoTime()}
	 */
	void listenTo(LongSupplier source) {
		this.traffic = source;
	}

	/**
	 * The node answered on a connection that is not the prober's.
	 * @param nanoTime when
	 */
	void heard(long nanoTime) {
		this.heardAt = nanoTime;
	}

	@Override
	public long answeredAt() {
		long heard = this.heardAt;
		LongSupplier source = this.traffic;
		long answered = (source != null) ? source.getAsLong() : heard;
		return (answered - heard > 0) ? answered : heard;
	}

	@Override
	public String nodeId() {
		return this.node.id();
	}

	/**
	 * Ask the thread to end; it does after the probe under way.
	 */
	void stop() {
		this.closed = true;
		this.session.end();
		LockSupport.unpark(this.thread);
	}

	/**
	 * Wait for the end of the thread, and cut its connection when it does not come by
	 * itself.
	 * @param graceNanos how long to wait before cutting
	 * @param limitNanos how long to wait afterwards
	 * @throws InterruptedException when interrupted while waiting
	 */
	void join(long graceNanos, long limitNanos) throws InterruptedException {
		this.thread.join(Math.max(1, graceNanos / 1_000_000));
		if (this.thread.isAlive()) {
			cut();
		}
		this.thread.join(Math.max(1, limitNanos / 1_000_000));
	}

	@Override
	public void run() {
		while (!this.closed) {
			this.wanted = false;
			CountDownLatch resting = this.paused;
			if (resting != null) {
				rest(resting);
				continue;
			}
			long start = System.nanoTime();
			probe(start);
			pauseSince(start);
		}
		this.session.leave();
	}

	private void probe(long start) {
		try {
			Observation observation = probeOnce(start);
			if (observation != null && !this.closed && this.paused == null) {
				this.observations.accept(observation);
			}
		}
		catch (Error ex) {
			// No memory even to say so; the next probe may have it
		}
	}

	private void rest(CountDownLatch resting) {
		this.session.leave();
		resting.countDown();
		while (this.paused == resting && !this.closed) {
			LockSupport.park(this);
		}
	}

	private @Nullable Observation probeOnce(long start) {
		this.stalledBefore = this.stalls.totalNanos(start);
		this.askedAt = start;
		this.waiting = true;
		try {
			Probe ready = this.session.ready(start);
			long asked = System.nanoTime();
			ServerReport report = ready.run();
			long end = System.nanoTime();
			this.heardAt = end;
			this.probedAt = end;
			this.failure = null;
			return new Observation.ProbeSucceeded(this.node.id(), end, Instant.now(), end - asked, report);
		}
		catch (SQLException ex) {
			this.failure = ex;
			String message = String.valueOf(ex.getMessage());
			String reason = (ex.getSQLState() != null) ? ex.getSQLState() + ": " + message : message;
			return isTimeout(ex) ? unanswered(start, reason) : failed(reason, false);
		}
		catch (RuntimeException | Error ex) {
			// Its message is not known to be free of secrets.
			return failed(ex.getClass().getName(), false);
		}
		finally {
			this.waiting = false;
		}
	}

	private Observation failed(String reason, boolean silent) {
		this.session.drop();
		return new Observation.ProbeFailed(this.node.id(), System.nanoTime(), Instant.now(),
				reason.replaceAll("\\s+", " ").strip(), silent);
	}

	private @Nullable Observation unanswered(long start, String reason) {
		long now = System.nanoTime();
		long stalled = this.stalls.totalNanos(now) - this.stalledBefore;
		Unanswered.Silence silence = new Unanswered.Silence(now, start, stalled, answeredAt(), this.probedAt);
		NodeRole role = this.topology.get().node(this.node.id()).role();
		Observation failure = failed(reason, true);
		return switch (Unanswered.of(silence, role, this.settings)) {
			case FAILURE -> failure;
			case EXCUSED -> new Observation.TrafficAnswered(this.node.id(), now, Instant.now());
			case UNKNOWN -> {
				this.wanted = true;
				yield null;
			}
		};
	}

	private static boolean isTimeout(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof SocketTimeoutException) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Close the socket of the connection; releases the thread if it waits for an answer.
	 */
	void cut() {
		this.session.cut();
	}

	private void pauseSince(long start) {
		this.pace.ended(start, System.nanoTime(), ThreadLocalRandom.current().nextDouble(0.9, 1.1));
		while (!this.closed && this.paused == null) {
			long rest = this.pace.restNanos(this.topology.get(), this.wanted, System.nanoTime());
			if (rest <= 0) {
				return;
			}
			LockSupport.parkNanos(this, rest);
		}
	}

}
