package io.nexs.postgres.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Promotes the standby that has received most when the primary has been dead or silent
 * for a second. It leaves the old primary as it is.
 */
final class Supervisor implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Supervisor.class);

	private static final Duration INTERVAL = Duration.ofMillis(100);

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final Duration ANSWER_LIMIT = Duration.ofMillis(500);

	private final EmbeddedCluster cluster;

	private final Promotion promotion;

	private final Lock lock;

	private final Thread thread;

	private final CountDownLatch ended = new CountDownLatch(1);

	private @Nullable EmbeddedNode watched;

	private @Nullable Connection connection;

	private @Nullable Long silentSince;

	Supervisor(EmbeddedCluster cluster, Promotion promotion, Lock lock) {
		this.cluster = cluster;
		this.promotion = promotion;
		this.lock = lock;
		this.thread = new Thread(this, "nexs-embedded-supervisor");
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * End the thread and wait for it, but not while it promotes: an interrupt would leave
	 * servers half started.
	 */
	void end() {
		this.ended.countDown();
		try {
			this.thread.join(PATIENCE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void run() {
		try {
			while (!this.ended.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
				watchSafely();
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted", ex);
		}
		finally {
			disconnect();
		}
	}

	private void watchSafely() {
		try {
			watch();
		}
		catch (RuntimeException ex) {
			logger.warn("No failover yet: {}", ex.getMessage());
		}
	}

	private void watch() {
		this.lock.lock();
		try {
			if (this.ended.getCount() == 0) {
				return;
			}
			EmbeddedNode primary = this.cluster.appointed();
			if (primary != this.watched) {
				disconnect();
				this.watched = primary;
				this.silentSince = null;
			}
			long asked = System.nanoTime();
			if (answers(primary)) {
				this.silentSince = null;
				return;
			}
			long since = (this.silentSince != null) ? this.silentSince : asked;
			this.silentSince = since;
			if (System.nanoTime() - since > PATIENCE.toNanos()) {
				failOver(primary);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void failOver(EmbeddedNode old) {
		Optional<EmbeddedNode> candidate = this.cluster.replicas()
			.stream()
			.max(Comparator.comparingLong((node) -> node.state().position()));
		if (candidate.isPresent()) {
			logger.info("{} has not answered for {}; promoting {}", old.id(), PATIENCE, candidate.get().id());
			this.promotion.promote(candidate.get());
			this.cluster.appoint(candidate.get());
		}
	}

	private boolean answers(EmbeddedNode primary) {
		if (!primary.isRunning()) {
			disconnect();
			return false;
		}
		try (Statement statement = connection(primary).createStatement()) {
			return statement.execute("select 1");
		}
		catch (SQLException ex) {
			disconnect();
			return false;
		}
	}

	private Connection connection(EmbeddedNode primary) throws SQLException {
		Connection current = this.connection;
		if (current == null) {
			current = primary.admin().connect(PATIENCE);
			current.setNetworkTimeout(Runnable::run, (int) ANSWER_LIMIT.toMillis());
			this.connection = current;
		}
		return current;
	}

	private void disconnect() {
		Connection current = this.connection;
		this.connection = null;
		try {
			if (current != null) {
				current.abort(Runnable::run);
			}
		}
		catch (SQLException ex) {
			logger.debug("Could not close the supervisor's connection", ex);
		}
	}

}
