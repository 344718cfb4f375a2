package io.nexs.postgres.autoconfigure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.nexs.postgres.audit.AuditTable;
import io.nexs.postgres.cluster.ClusterMonitor;
import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.pool.NodePool;
import io.nexs.postgres.pool.NodePools;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Looks for the audit table once schema migrations have run, and creates it in the
 * embedded cluster or if asked to. Without a primary it is taken to be there.
 */
final class AuditTableCheck implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(AuditTableCheck.class);

	private final AuditProperties properties;

	private final ClusterMonitor monitor;

	private final NodePools pools;

	private final Addresses addresses;

	private final Duration limit;

	private volatile boolean running;

	AuditTableCheck(AuditProperties properties, ClusterMonitor monitor, NodePools pools, Addresses addresses,
			Duration limit) {
		this.properties = properties;
		this.monitor = monitor;
		this.pools = pools;
		this.addresses = addresses;
		this.limit = limit;
	}

	@Override
	public void start() {
		if (this.properties.sinks().contains(AuditProperties.Sink.TABLE)) {
			check(new AuditTable(this.properties.table().name()));
		}
		this.running = true;
	}

	private void check(AuditTable table) {
		try {
			NodeState primary = this.monitor.awaitPrimary(this.limit) ? this.monitor.topology().primary() : null;
			if (primary == null) {
				logger.warn("The audit table could not be looked for, there is no primary");
				return;
			}
			check(table, this.pools.of(primary.id()));
		}
		catch (SQLException ex) {
			failed(table, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void check(AuditTable table, NodePool pool) throws SQLException {
		Connection connection = pool.borrow(this.limit.toMillis());
		try (Statement statement = connection.createStatement()) {
			if (this.properties.table().create() || this.addresses.origin() == AddressOrigin.EMBEDDED) {
				statement.execute(table.ddl());
			}
			statement.execute(table.probe());
			if (!connection.getAutoCommit()) {
				connection.commit();
			}
		}
		finally {
			pool.giveBack(connection);
		}
	}

	private static void failed(AuditTable table, SQLException failure) {
		if (SqlStateClassifier.isConnectionLost(failure)) {
			logger.warn("The audit table could not be looked for: {}", failure.getMessage());
			return;
		}
		throw new InvalidSettingException("nexs.db.audit.table.name",
				"names the table " + table + ", which cannot be used (SQLSTATE " + failure.getSQLState() + ")",
				"Create it, for example in a migration of Flyway or Liquibase, and grant select, insert and update on it"
						+ " to the role of the application: " + table.ddl() + ";"
						+ " Or set 'nexs.db.audit.table.create'.");
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public boolean isPauseable() {
		return false;
	}

	/**
	 * After the pools, before anything that takes work.
	 */
	@Override
	public int getPhase() {
		return PoolLifeCycle.PHASE + 1;
	}

}
