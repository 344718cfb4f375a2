package io.nexs.postgres.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.nexs.postgres.cluster.ClusterEvent;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.PrimaryConflict;
import io.nexs.postgres.cluster.Topology;
import io.nexs.postgres.cluster.TopologyListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the monitor, and holds the start of the application until the servers can be
 * used, as {@code nexs.db.startup} says. It is the only place that waits for them before
 * somebody needs a connection. Nodes with which something is wrong while the others
 * suffice are told of in the log.
 */
final class StartupGate {

	private static final Logger logger = LoggerFactory.getLogger(NexsDbAutoConfiguration.class);

	private static final Duration LOOK = Duration.ofMillis(100);

	private final ClusterMonitor monitor;

	private final NexsDbProperties.Startup settings;

	StartupGate(ClusterMonitor monitor, NexsDbProperties.Startup settings) {
		this.monitor = monitor;
		this.settings = settings;
	}

	/**
	 * Starts the monitor. Returns when the application may start.
	 * @throws StartupException if it may not
	 */
	void open() {
		if (this.settings.mode() == NexsDbProperties.StartupMode.LAZY) {
			this.monitor.addListener(new FirstLook());
			this.monitor.begin();
			return;
		}
		long begin = System.nanoTime();
		this.monitor.start();
		StartupVerdict verdict = look(begin);
		if (verdict.outcome() == StartupVerdict.Outcome.WAIT) {
			waitSince(begin);
		}
	}

	/**
	 * A JVM that is told to end does not wait for the servers.
	 */
	private void waitSince(long begin) {
		Thread end = new Thread(Thread.currentThread()::interrupt, "nexs-db-startup-end");
		Runtime.getRuntime().addShutdownHook(end);
		try {
			Progress progress = new Progress(this.settings.timeout());
			StartupVerdict verdict = look(begin);
			while (verdict.outcome() == StartupVerdict.Outcome.WAIT) {
				progress.say(verdict.reason(), report().line(), System.nanoTime() - begin);
				if (!this.monitor.awaitPrimary(LOOK) && this.monitor.isClosed()) {
					throw new InterruptedException("The monitor was closed");
				}
				verdict = look(begin);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StartupException(
					report().description("The start was interrupted while it waited for the servers"),
					"Start the application again.");
		}
		finally {
			remove(end);
		}
	}

	private static void remove(Thread hook) {
		try {
			Runtime.getRuntime().removeShutdownHook(hook);
		}
		catch (IllegalStateException ex) {
			logger.debug("The start ends with the JVM", ex);
		}
	}

	private StartupVerdict look(long begin) {
		Topology topology = this.monitor.topology();
		List<StartupProblem> problems = StartupProblem.in(topology, this.monitor::lastFailure);
		boolean timeIsOver = System.nanoTime() - begin >= TimeUnit.NANOSECONDS.convert(this.settings.timeout());
		StartupVerdict verdict = StartupVerdict.of(topology, problems, this.settings, timeIsOver);
		if (verdict.outcome() == StartupVerdict.Outcome.FAIL) {
			throw failure(verdict.reason(), new StartupReport(topology, problems), problems);
		}
		if (verdict.outcome() == StartupVerdict.Outcome.START) {
			warn(topology, problems);
		}
		return verdict;
	}

	private StartupException failure(String reason, StartupReport report, List<StartupProblem> problems) {
		StartupException failure = new StartupException(report.description(reason), report.action(this.settings));
		for (StartupProblem problem : problems) {
			SQLException cause = this.monitor.lastFailure(problem.node().id());
			if (cause != null) {
				failure.addSuppressed(cause);
			}
		}
		return failure;
	}

	private StartupReport report() {
		Topology topology = this.monitor.topology();
		return new StartupReport(topology, StartupProblem.in(topology, this.monitor::lastFailure));
	}

	private static void warn(Topology topology, List<StartupProblem> problems) {
		problems.forEach((problem) -> logger.warn("{}. {}", problem.describe(), problem.kind().action()));
		if (StartupVerdict.hasOnlyReplicas(topology)) {
			logger.warn("There is no primary, only replicas: reads are served, writes wait for"
					+ " 'nexs.db.failover.wait-timeout' and fail. List the primary, if there is one");
		}
		else if (topology.conflict() != PrimaryConflict.NONE) {
			logger.warn(
					"There is no primary, because several servers are writable ({}): reads are served, writes wait"
							+ " for 'nexs.db.failover.wait-timeout' and fail. Stop all writable servers but one",
					topology.conflict());
		}
	}

	/**
	 * Tells of the servers while the start waits: once for each new state of them, and at
	 * doubling intervals. Used by one thread.
	 */
	private static final class Progress {

		private final Duration timeout;

		private final Set<String> told = new HashSet<>();

		private long interval = Duration.ofSeconds(1).toNanos();

		private long next = this.interval;

		Progress(Duration timeout) {
			this.timeout = timeout;
		}

		void say(String reason, String servers, long waited) {
			boolean due = waited >= this.next;
			if (due) {
				this.interval *= 2;
				this.next = waited + this.interval;
			}
			if (this.told.add(servers) || due) {
				logger.warn("{} after {} of {} ms, the start waits (nexs.db.startup): {}", reason,
						Duration.ofNanos(waited).toMillis(), this.timeout.toMillis(), servers);
			}
		}

	}

	/**
	 * Tells of what is wrong once every node was looked at, without waiting for that.
	 * Called by the cluster thread.
	 */
	private final class FirstLook implements TopologyListener {

		private boolean told;

		@Override
		public void topologyChanged(Topology topology, List<ClusterEvent> events) {
			if (!this.told && StartupVerdict.isComplete(topology)) {
				this.told = true;
				warn(topology, StartupProblem.in(topology, StartupGate.this.monitor::lastFailure));
			}
		}

	}

}
