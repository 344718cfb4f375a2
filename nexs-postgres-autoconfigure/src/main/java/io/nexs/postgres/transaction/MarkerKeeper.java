package io.nexs.postgres.transaction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.pool.NodePools;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the marker table: checks it, and deletes what is old, in batches, on a
 * thread of its own named {@code nexs-db-markers} that lives from
 * {@link #start(Consumer)} to {@link #stop()}. Several applications may do so on one
 * table. Thread-safe.
 */
public final class MarkerKeeper {

	private static final Logger logger = LoggerFactory.getLogger(MarkerKeeper.class);

	private static final int BATCH = 1000;

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

	private static final Duration UNCHECKED_INTERVAL = Duration.ofSeconds(1);

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private static final String LOCATION = "select n.nspname from pg_catalog.pg_class c"
			+ " join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = pg_catalog.to_regclass(?)";

	private final MarkerSettings settings;

	private final PrimarySession session;

	private volatile MarkerTable table;

	private volatile boolean located;

	private @Nullable Thread thread;

	private CountDownLatch end = new CountDownLatch(0);

	/**
	 * Creates the keeper, which does nothing yet.
	 * @param monitor knows the present primary
	 * @param pools lend connections
	 * @param settings settings
	 */
	public MarkerKeeper(ClusterMonitor monitor, NodePools pools, MarkerSettings settings) {
		this.settings = settings;
		this.table = settings.table();
		this.session = new PrimarySession(monitor, pools);
	}

	/**
	 * Creates the table if it is not there.
	 * @throws SQLException if that failed
	 */
	public void create() throws SQLException {
		this.session.run(LIMIT, (connection) -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute(this.settings.table().ddl());
				connection.commit();
				return true;
			}
		});
	}

	/**
	 * Does all that is done to the table in a transaction that is rolled back.
	 * @return the table with its schema, so that a transaction with another search path
	 * finds the same
	 * @throws MarkerTableException if the table cannot be used
	 * @throws SQLException if no primary could be asked
	 */
	public MarkerTable check() throws SQLException {
		this.session.run(LIMIT, this::check);
		MarkerTable found = this.session.run(LIMIT, this::locate);
		this.located = true;
		this.table = found;
		return found;
	}

	private MarkerTable locate(Connection connection) throws SQLException {
		MarkerTable configured = this.settings.table();
		try (PreparedStatement statement = connection.prepareStatement(LOCATION)) {
			statement.setString(1, configured.quoted());
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? configured.in(row.getString(1)) : configured;
			}
		}
		finally {
			connection.rollback();
		}
	}

	private boolean check(Connection connection) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.settings.table().rehearsal())) {
			statement.setObject(1, MarkerId.next());
			statement.setObject(2, MarkerId.next());
			statement.setObject(3, MarkerId.next());
			statement.execute();
			return true;
		}
		catch (SQLException ex) {
			if (CommitEvidence.isLost(ex)) {
				throw ex;
			}
			throw new MarkerTableException(this.settings.table(), connection.getMetaData().getUserName(), ex);
		}
		finally {
			connection.rollback();
		}
	}

	/**
	 * Begins to delete old markers.
	 * @param found told of the table by the thread of the keeper, once it could be
	 * checked, if it was not yet
	 */
	public synchronized void start(Consumer<MarkerTable> found) {
		if (this.thread != null) {
			return;
		}
		CountDownLatch ended = new CountDownLatch(1);
		Thread started = new Thread(() -> run(ended, found), "nexs-db-markers");
		started.setDaemon(true);
		started.start();
		this.end = ended;
		this.thread = started;
	}

	/**
	 * Ends the thread, and waits for a statement that is under way.
	 */
	public synchronized void stop() {
		Thread running = this.thread;
		this.thread = null;
		this.end.countDown();
		if (running == null) {
			return;
		}
		try {
			running.join(LIMIT.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run(CountDownLatch ended, Consumer<MarkerTable> found) {
		Duration tenth = this.settings.retention().dividedBy(10);
		Duration interval = (tenth.compareTo(LONGEST_INTERVAL) < 0) ? tenth : LONGEST_INTERVAL;
		try {
			while (!this.located && !ended.await(UNCHECKED_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
				checkQuietly(found);
			}
			while (!ended.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
				cleanQuietly(ended);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted, old markers are not deleted any more");
		}
	}

	private void checkQuietly(Consumer<MarkerTable> found) {
		try {
			found.accept(check());
		}
		catch (SQLException ex) {
			logger.debug("The marker table could not be checked: {}", ex.getMessage());
		}
		catch (RuntimeException ex) {
			logger.warn("The marker table could not be checked, and each COMMIT needs it", ex);
		}
	}

	private void cleanQuietly(CountDownLatch ended) {
		try {
			int deleted = BATCH;
			while (deleted == BATCH && ended.getCount() > 0) {
				deleted = clean();
				logger.debug("{} old markers deleted", deleted);
			}
		}
		catch (SQLException ex) {
			logger.debug("Old markers could not be deleted: {}", ex.getMessage());
		}
		catch (RuntimeException ex) {
			logger.warn("Old markers could not be deleted", ex);
		}
	}

	/**
	 * Deletes one batch of old markers.
	 * @return how many
	 * @throws SQLException if that failed
	 */
	int clean() throws SQLException {
		return this.session.run(LIMIT, this::clean);
	}

	private int clean(Connection connection) throws SQLException {
		long retention = this.settings.retention().toMillis();
		try (PreparedStatement statement = connection.prepareStatement(this.table.clean())) {
			statement.setObject(1, MarkerId.lowest(System.currentTimeMillis() - retention));
			statement.setLong(2, retention);
			statement.setInt(3, BATCH);
			int deleted = statement.executeUpdate();
			connection.commit();
			return deleted;
		}
	}

}
