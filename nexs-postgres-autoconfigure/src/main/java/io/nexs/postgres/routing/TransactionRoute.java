package io.nexs.postgres.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.Properties;

import io.nexs.postgres.cluster.NodeRole;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookDispatcher;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookSubject;
import io.nexs.postgres.hook.HookTarget;
import io.nexs.postgres.pool.CopyGuard;
import io.nexs.postgres.pool.CopyHooks;
import io.nexs.postgres.sqlstate.FailureKind;
import io.nexs.postgres.sqlstate.SqlStateClassifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The route of a handle: decided at the first statement, valid until the next transaction
 * begins. Everything that is to be decided about a connection is decided here; the handle
 * and its statements only forward. The handle extends it, so that both are one object.
 * Not thread-safe, like the handle.
 */
abstract class TransactionRoute {

	private static final Logger logger = LoggerFactory.getLogger(TransactionRoute.class);

	private final Router router;

	/** Made with the first of them. */
	private @Nullable Extras extras;

	private boolean autoCommit;

	private boolean readOnly;

	/** One of the constants of JDBC, which are small. */
	private byte isolation = Connection.TRANSACTION_NONE;

	private @Nullable Lease lease;

	private boolean decideAnew;

	private boolean takenInAutoCommit;

	private long began;

	private boolean open;

	/** Whether hooks know of the transaction. */
	private boolean announced;

	/** Whether settings of the session were said within the transaction. */
	private boolean setWithin;

	/** Inside a call; racing threads may miss each other, none is refused. */
	private @Nullable Thread user;

	TransactionRoute(Router router, boolean autoCommit) {
		this.router = router;
		this.autoCommit = autoCommit;
	}

	private Extras extras() {
		Extras present = this.extras;
		if (present == null) {
			present = new Extras();
			this.extras = present;
		}
		return present;
	}

	private @Nullable SessionSettings session() {
		return (this.extras != null) ? this.extras.session : null;
	}

	/**
	 * What the application has said of itself, as it is now.
	 */
	final @Nullable Properties clientInfo() {
		return (this.extras != null) ? this.extras.clientInfo : null;
	}

	final void clientInfo(Properties info) {
		extras().clientInfo = info;
	}

	private OneStatementTransaction single() {
		Extras extras = extras();
		OneStatementTransaction present = extras.single;
		if (present == null) {
			present = new OneStatementTransaction(this.router.listener(), this.router.collaborators().commit());
			extras.single = present;
		}
		return present;
	}

	boolean isAutoCommit() {
		return this.autoCommit;
	}

	final boolean isMarkedReadOnly() {
		return this.readOnly;
	}

	/**
	 * A call begins that only one thread may be in at a time.
	 */
	void enter() {
		Thread present = Thread.currentThread();
		Thread inside = this.user;
		if (inside == null) {
			this.user = present;
		}
		else if (inside != present) {
			Lease held = this.lease;
			this.router.listener().usedConcurrently((held != null) ? held.route() : null, inside);
		}
	}

	/**
	 * It has ended.
	 */
	void leave() {
		if (this.user == Thread.currentThread()) {
			this.user = null;
		}
	}

	/**
	 * The lease at hand, without taking a route.
	 */
	@Nullable Lease held() {
		return this.lease;
	}

	/**
	 * The isolation level asked for, or that of the server's default, without asking it.
	 */
	int isolation() {
		return (this.isolation != Connection.TRANSACTION_NONE) ? this.isolation : this.router.defaultIsolation();
	}

	void setIsolation(int level) throws SQLException {
		checkNotInTransaction("isolation level");
		this.isolation = (byte) level;
	}

	/**
	 * A transaction begins when autocommit is switched off. Switching it on commits, as
	 * JDBC says.
	 */
	final void switchAutoCommit(boolean autoCommit) throws SQLException {
		if (this.autoCommit == autoCommit) {
			return;
		}
		forgetDoubt();
		if (autoCommit) {
			commitTransaction();
		}
		this.autoCommit = autoCommit;
		this.decideAnew = !autoCommit;
		Lease held = this.lease;
		if (held != null && autoCommit) {
			tryHeld(held);
		}
		if (held != null && !held.isLost()) {
			held.connection().setAutoCommit(autoCommit);
		}
	}

	/**
	 * In autocommit mode a changed flag moves the next statement, but not off the node of
	 * the transaction before: that is how frameworks take the flag back.
	 */
	final void markReadOnly(boolean readOnly) throws SQLException {
		if (this.readOnly == readOnly) {
			return;
		}
		checkNotInTransaction("read-only flag");
		this.readOnly = readOnly;
		if (!this.autoCommit || this.takenInAutoCommit) {
			this.decideAnew = true;
		}
	}

	private void checkNotInTransaction(String what) throws SQLException {
		if (this.open && !this.autoCommit) {
			throw new SQLException("The " + what + " cannot be changed within a transaction", "25001");
		}
	}

	/**
	 * The lease for the next call, on the right node.
	 */
	Lease lease() throws SQLException {
		Lease current = this.lease;
		if (current != null && !this.decideAnew && !current.isLost() && !isEndOfReads(current)) {
			return current;
		}
		return decide(current);
	}

	/**
	 * An autocommit read took the route, and what comes now is not marked as one any
	 * more.
	 */
	private boolean isEndOfReads(Lease current) {
		return this.takenInAutoCommit && this.autoCommit && current.isRead() && !isReadOnlyWork();
	}

	private Lease decide(@Nullable Lease current) throws SQLException {
		if (current != null && current.isLost() && isWithinTransaction(current)) {
			if (this.autoCommit) {
				release();
			}
			SQLException failure = new SQLException("The connection to " + current.target()
					+ " was lost within this transaction, which is rolled back; roll back here too and begin anew",
					"08003");
			WorkTrace.lostBeforeCommit();
			FailureContext.note(failure, current.route(), FailureEffect.ROLLED_BACK);
			throw failure;
		}
		boolean read = isReadOnlyWork();
		boolean lost = current != null && current.isLost();
		if (current != null) {
			if (!current.isLost() && current.isRead() == read && mayKeep(current, read)) {
				current.markUnused();
				return prepare(current);
			}
			release();
		}
		Lease taken = take(read, 0, lost);
		try {
			return adopt(taken);
		}
		catch (SQLException ex) {
			if (!SqlStateClassifier.isConnectionLost(ex)) {
				throw ex;
			}
			this.router.report(taken, ex);
			return adopt(take(read, taken.target().bit(), true));
		}
	}

	/**
	 * In autocommit mode a statement may have begun it.
	 */
	private boolean isWithinTransaction(Lease lost) {
		return this.autoCommit ? this.takenInAutoCommit && lost.isCutOff() : this.open;
	}

	/**
	 * The first statement of an explicit transaction can be repeated, and so can a read
	 * on a replica; an autocommit statement on the primary cannot.
	 */
	private Lease take(boolean read, long avoid, boolean again) throws SQLException {
		Trial trial = again ? Trial.ALWAYS : this.autoCommit ? Trial.AFTER_IDLENESS : Trial.NONE;
		return hooks().isActive() ? takeHooked(read, avoid, trial) : take(read, avoid, trial);
	}

	private Lease takeHooked(boolean read, long avoid, Trial trial) throws SQLException {
		HookDispatcher hooks = hooks();
		HookContext context = hooks.before(HookPoint.ACQUIRE, null, HookSubject.NONE, HookTarget.UNKNOWN);
		long start = System.nanoTime();
		Lease taken;
		try {
			taken = take(read, avoid, trial);
		}
		catch (SQLException | RuntimeException | Error ex) {
			HookDispatcher.took(context, System.nanoTime() - start);
			hooks.after(context, HookTarget.UNKNOWN, -1, ex);
			throw ex;
		}
		HookDispatcher.took(context, taken.handOut(start) - start);
		hooks.after(context, taken, -1, null);
		return taken;
	}

	private Lease take(boolean read, long avoid, Trial trial) throws SQLException {
		try {
			return read ? this.router.read(avoid, trial, isSerializable()) : this.router.write(writeReason(), trial);
		}
		catch (SQLException ex) {
			this.router.listener().failed(null, ex);
			throw ex;
		}
	}

	private boolean mayKeep(Lease current, boolean read) {
		return read ? this.router.mayKeepForRead(current, isSerializable()) : this.router.mayKeepForWrite(current);
	}

	/**
	 * A standby refuses serializable transactions.
	 */
	private boolean isSerializable() {
		return !this.autoCommit && this.isolation == Connection.TRANSACTION_SERIALIZABLE;
	}

	/**
	 * {@code SUPPORTS} with the read-only flag sets nothing on the connection; only the
	 * synchronization of Spring knows.
	 */
	private boolean isReadOnlyWork() {
		if (this.readOnly) {
			return true;
		}
		if (!this.autoCommit) {
			return false;
		}
		ReadScope scope = ReadScope.current();
		return (scope != null && scope.readOnly()) || (TransactionSynchronizationManager.isCurrentTransactionReadOnly()
				&& !TransactionSynchronizationManager.isActualTransactionActive());
	}

	private RouteReason writeReason() {
		return this.autoCommit ? RouteReason.NO_TRANSACTION : RouteReason.WRITE_TRANSACTION;
	}

	/**
	 * Remembers a setting of the session, and says it to the connection at hand.
	 */
	void set(String name, SessionSetting setting) throws SQLException {
		Lease held = this.lease;
		if (held != null && setting.onServer() != null) {
			tryHeld(held);
		}
		if (held != null && !held.isLost()) {
			if (this.open || !held.isIdle()) {
				setting.apply(held.connection());
				this.setWithin = this.setWithin || setting.onServer() != null;
			}
			else {
				outsideTransaction(held.connection(), setting::apply);
			}
		}
		Extras extras = extras();
		SessionSettings settings = (extras.session != null) ? extras.session : new SessionSettings();
		settings.put(name, setting);
		extras.session = settings;
	}

	/**
	 * Says settings so that no rollback takes them back.
	 */
	private void outsideTransaction(Connection connection, SqlAction<Connection> settings) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		connection.setAutoCommit(true);
		try {
			settings.accept(connection);
		}
		finally {
			if (!connection.isClosed()) {
				connection.setAutoCommit(autoCommit);
			}
		}
	}

	/**
	 * A transaction was rolled back, and with it what was set within. A connection that
	 * does not take it again is replaced by one that does.
	 */
	private void setAgain(Lease current) {
		SessionSettings settings = session();
		if (!this.setWithin || settings == null || current.isLost()) {
			return;
		}
		try {
			outsideTransaction(current.connection(), settings::apply);
		}
		catch (SQLException ex) {
			logger.debug("A connection to {} does not take its settings again and is closed: {}", current.target(),
					ex.getMessage());
			current.target().pool().evict(current.connection());
			current.markLost();
		}
	}

	/**
	 * Makes a lease that of the handle; one that cannot be made ready is given back,
	 * since it would lack settings.
	 */
	private Lease adopt(Lease lease) throws SQLException {
		this.lease = lease;
		boolean ready = false;
		try {
			SessionSettings settings = session();
			if (settings != null) {
				outsideTransaction(lease.connection(), settings::apply);
			}
			prepare(lease);
			ready = true;
			return lease;
		}
		finally {
			if (!ready) {
				release();
			}
		}
	}

	private Lease prepare(Lease lease) throws SQLException {
		this.decideAnew = false;
		this.takenInAutoCommit = this.autoCommit;
		Connection connection = lease.connection();
		if (connection.getAutoCommit() != this.autoCommit) {
			connection.setAutoCommit(this.autoCommit);
		}
		if (connection.isReadOnly() != lease.isRead()) {
			connection.setReadOnly(lease.isRead());
		}
		return lease;
	}

	/**
	 * Called before each statement. One that ended the transaction by itself is followed
	 * by another first one.
	 * @return the text that has to be in force before the first one of a transaction, to
	 * be said by the caller, or {@code null}
	 */
	@Nullable String begin(Lease lease) {
		if (this.autoCommit) {
			lease.begin(this.router.table());
			if (this.extras != null && this.extras.single != null) {
				this.extras.single.forget();
			}
			traceAutoCommit(lease);
			return null;
		}
		if (this.open && !lease.isIdle()) {
			return null;
		}
		lease.forgetBackstop();
		int level = (this.isolation == lease.target().defaultIsolation()) ? Connection.TRANSACTION_NONE
				: this.isolation;
		String text = this.router.collaborators().prelude().text(level);
		if (!this.open) {
			announce(lease);
			this.open = true;
			forgetDoubt();
			this.began = this.router.isTimed() ? System.nanoTime() : Router.UNTIMED;
			lease.begin(this.router.table());
		}
		return (text != null && text.isBlank()) ? null : text;
	}

	/**
	 * Tells the hooks of a transaction that begins, once.
	 */
	void announce(Lease lease) {
		if (this.autoCommit || this.open || this.announced || !hooks().isActive()) {
			return;
		}
		hooks().happened(HookPoint.BEGIN, lease);
		this.announced = true;
	}

	/**
	 * A transaction ends of which the server was never told.
	 */
	private void endUnsent() {
		this.decideAnew = !this.autoCommit;
		if (this.announced) {
			this.announced = false;
			hooks().happened(HookPoint.ROLLBACK, (this.lease != null) ? this.lease : HookTarget.UNKNOWN);
		}
	}

	HookDispatcher hooks() {
		return this.router.collaborators().hooks();
	}

	LimitedCalls limits() {
		return this.router.limits();
	}

	/**
	 * What is sent for statements.
	 */
	StatementText text() {
		return this.router.collaborators().text();
	}

	/**
	 * Called when a statement returned. One in autocommit mode was its own COMMIT.
	 */
	void succeeded(Lease lease) throws SQLException {
		lease.markUsed();
		if (this.autoCommit && !lease.isRead()) {
			this.router.collaborators().commit().acknowledged(lease);
		}
	}

	/**
	 * Whether a statement is to run in a transaction of its own: for a commit protocol,
	 * which leaves to the server what does not come with a count of rows, or for a time
	 * limit, which would cover the server's own COMMIT. What comes in a transaction that
	 * was begun by a statement is left to the server.
	 * @param limit time limit in nanoseconds, zero for none
	 */
	boolean runsAlone(Lease lease, StatementKind kind, long limit) {
		return this.autoCommit && !lease.isRead()
				&& (limit != 0 || ((kind == StatementKind.UPDATE || kind == StatementKind.BATCH)
						&& this.router.collaborators().commit().coversAutoCommit()))
				&& lease.isIdle();
	}

	/**
	 * Whether the server commits by itself what is said now, or another statement may be
	 * COMMIT: what writes there is not limited, since the limit would cover the COMMIT.
	 */
	boolean commitsBySelf(Lease lease) {
		return this.autoCommit && !lease.isRead();
	}

	/**
	 * Runs a statement of the autocommit mode in a transaction of its own.
	 * @param again says it once more, without one; {@code null} if that cannot be done
	 */
	<R extends @Nullable Object> R alone(Lease lease, SqlFunction<Lease, R> statement,
			@Nullable SqlFunction<Lease, R> again) throws SQLException {
		lease.begin(this.router.table());
		return single().run(lease, statement, again);
	}

	/**
	 * Begins a transaction for a COPY of the autocommit mode.
	 * @return when that was
	 */
	long beginAlone(Lease lease) throws SQLException {
		lease.begin(this.router.table());
		return single().begin(lease);
	}

	/**
	 * Commits what {@link #beginAlone(Lease)} began.
	 */
	void commitAlone(Lease lease, long began) throws SQLException {
		single().commit(lease, began);
	}

	/**
	 * Rolls back what {@link #beginAlone(Lease)} began.
	 */
	void rollBackAlone(Lease lease, long began) {
		single().rollBack(lease, began);
	}

	/**
	 * On a replica nothing is kept.
	 */
	private static void traceAutoCommit(Lease lease) {
		if (lease.route().role() != NodeRole.REPLICA) {
			WorkTrace.sent();
		}
	}

	/**
	 * Says what {@link #begin(Lease)} returned in a round trip of its own.
	 */
	static void say(Lease lease, String text) throws SQLException {
		try (Statement statement = lease.connection().createStatement()) {
			statement.execute(text);
		}
	}

	/**
	 * The first statement of a transaction failed. If it did so before it reached the
	 * server, the text in front of it was not said either.
	 * @param text what {@link #begin(Lease)} returned for it
	 */
	void notBegun(Lease lease, @Nullable String text) {
		if (text != null && !lease.isLost() && lease.isIdle()) {
			this.open = false;
		}
	}

	/**
	 * Work that bypasses the delegates (metadata, an unwrapped connection) may have begun
	 * a transaction and cannot be moved.
	 */
	Lease leaseForEscape() throws SQLException {
		tryConnection();
		Lease lease = lease();
		String first = begin(lease);
		if (first != null) {
			say(lease, first);
		}
		lease.markUsed();
		if (hooks().isActive() || limits().isActive()) {
			CopyHooks copies = lease.copies();
			if (copies == null) {
				CopyGuard guard = limits().isActive() ? new LimitedCopy(this, lease) : CopyGuard.NONE;
				copies = new CopyHooks(hooks(), lease, guard);
				lease.copies(copies);
			}
			lease.target().pool().hookCopies(lease.connection(), copies);
		}
		return lease;
	}

	/**
	 * Tries a connection that was lent untried, before work that could not be repeated on
	 * another one; one that turns out dead is replaced at the next use.
	 */
	void tryConnection() throws SQLException {
		tryHeld(lease());
	}

	/**
	 * The same for a lease at hand.
	 */
	void tryHeld(Lease lease) throws SQLException {
		if (!lease.isLost() && !lease.isUsed() && lease.isUntried() && !this.router.isAlive(lease)) {
			lease.markLost();
		}
	}

	/**
	 * Takes note of a failure of what only prepares a statement.
	 * @return whether the connection turned out dead before it was used, so that
	 * {@link #lease()} is another one for the same
	 */
	boolean failedUnused(Lease lease, SQLException failure) {
		if (lease.isUsed() || !SqlStateClassifier.isConnectionLost(failure)) {
			return false;
		}
		this.router.report(lease, failure);
		lease.markLost();
		return true;
	}

	/**
	 * Takes note of a failure before anything of a statement was said to the server.
	 */
	void failedToPrepare(Lease lease, SQLException failure) {
		boolean rolledBack = isInTransaction() && SqlStateClassifier.isConnectionLost(failure);
		if (rolledBack && lease.isUsed()) {
			WorkTrace.lostBeforeCommit();
		}
		FailureContext.note(failure, lease.route(),
				rolledBack ? FailureEffect.ROLLED_BACK : FailureEffect.STATEMENT_FAILED);
	}

	/**
	 * Takes note of a failed statement, and decides whether it may be said again; if so,
	 * takes another connection for it. May be repeated: what was the first thing said on
	 * its connection since the route was taken, and is either inside an explicit
	 * transaction or marked read-only and on a replica. Never an autocommit statement
	 * that may have been committed. A write that a standby refused has written nothing:
	 * it is said again once another primary is known.
	 * @param again whether the statement itself can be said again
	 * @return whether {@link #lease()} now is another connection
	 */
	boolean failed(Lease failed, SQLException failure, boolean again) throws SQLException {
		FailureKind kind = SqlStateClassifier.classify(failure);
		if (repeat(failed, failure, kind, again)) {
			return true;
		}
		if (isInTransaction() && isLost(failed, kind)) {
			WorkTrace.lostBeforeCommit();
		}
		FailureContext.note(failure, failed.route(), effect(failed, kind));
		return false;
	}

	/**
	 * Whether what failed was rolled back if its connection was lost.
	 */
	private boolean isInTransaction() {
		OneStatementTransaction single = (this.extras != null) ? this.extras.single : null;
		return !this.autoCommit || (single != null && single.isOpen());
	}

	private static boolean isLost(Lease failed, FailureKind kind) {
		return kind == FailureKind.CONNECTION_LOST || (kind == FailureKind.WRONG_NODE && !failed.isRead());
	}

	private FailureEffect effect(Lease failed, FailureKind kind) {
		if (kind == FailureKind.ROLLED_BACK || (isInTransaction() && isLost(failed, kind))) {
			return FailureEffect.ROLLED_BACK;
		}
		return (kind == FailureKind.CONNECTION_LOST) ? FailureEffect.UNKNOWN : FailureEffect.STATEMENT_FAILED;
	}

	private boolean repeat(Lease failed, SQLException failure, FailureKind kind, boolean again) throws SQLException {
		boolean lost = kind == FailureKind.CONNECTION_LOST;
		boolean wrongNode = kind == FailureKind.WRONG_NODE && !failed.isRead();
		if (lost || wrongNode) {
			this.router.report(failed, failure);
		}
		if (wrongNode) {
			failed.target().pool().evict(failed.connection());
		}
		if (lost || wrongNode) {
			failed.markLost();
		}
		boolean conflict = failed.isRead() && failed.route().role() == NodeRole.REPLICA && isConflict(failure);
		boolean first = !failed.isUsed();
		boolean mayMove = first && (isInTransaction() || isRefusedToWrite(failed));
		failed.markUsed();
		if (wrongNode) {
			return again && first && this.router.awaitSuccessor(failed) && move(failed, failure);
		}
		return again && mayMove && (lost || conflict) && move(failed, failure);
	}

	/**
	 * In autocommit mode the flag is not told to the server: a primary takes a write that
	 * is marked read-only, and so does a replica that was promoted.
	 */
	private boolean isRefusedToWrite(Lease lease) {
		return lease.isRead() && isReadOnlyWork() && lease.route().role() == NodeRole.REPLICA
				&& !this.router.mayKeepForWrite(lease);
	}

	private boolean move(Lease failed, SQLException failure) {
		this.router.listener().repeated(failed.route(), failure);
		release();
		boolean moved = false;
		try {
			adopt(take(failed.isRead(), failed.target().bit(), true));
			this.open = false;
			moved = true;
		}
		catch (SQLException ex) {
			failure.addSuppressed(ex);
		}
		catch (RuntimeException ex) {
			// Why another connection was wanted that a hook refused
			ex.addSuppressed(failure);
			throw ex;
		}
		finally {
			if (!moved && !this.autoCommit) {
				// The transaction is lost, and must not go on without this statement
				this.lease = failed;
			}
		}
		return moved;
	}

	/**
	 * A standby cancels a query that stands in the way of replay with 40001.
	 */
	private static boolean isConflict(SQLException failure) {
		return "40001".equals(failure.getSQLState()) || "40P01".equals(failure.getSQLState());
	}

	final void commitTransaction() throws SQLException {
		Lease current = this.lease;
		if (current == null || !this.open) {
			checkNotInDoubt();
			endUnsent();
			return;
		}
		if (hooks().isActive()) {
			hooked(HookPoint.COMMIT, current, () -> commit(current));
		}
		else {
			commit(current);
		}
	}

	private void commit(Lease current) throws SQLException {
		TransactionOutcome outcome = TransactionOutcome.FAILED;
		try {
			if (current.isLost()) {
				outcome = TransactionOutcome.ROLLED_BACK;
				commitLost(current);
			}
			else {
				if (!current.isRead()) {
					WorkTrace.sent();
					current.checkNotFailed();
				}
				this.router.collaborators().commit().commit(current);
			}
			outcome = TransactionOutcome.COMMITTED;
		}
		catch (SQLException ex) {
			if (!isLostRead(current, ex)) {
				commitFailed(current, ex, outcome);
				this.router.listener().failed(current.route().node(), ex);
				outcome = TransactionOutcome.of(ex);
				if (outcome == TransactionOutcome.UNKNOWN) {
					extras().inDoubt = ex;
				}
				else {
					forgetDoubt();
				}
				throw ex;
			}
			outcome = TransactionOutcome.COMMITTED;
		}
		finally {
			if (outcome == TransactionOutcome.FAILED) {
				endOnServer(current);
			}
			end(current, outcome);
		}
	}

	private static void commitFailed(Lease current, SQLException failure, TransactionOutcome outcome) {
		boolean sent = outcome != TransactionOutcome.ROLLED_BACK;
		if (sent && !current.isRead()) {
			WorkTrace.commitFailed(failure);
		}
		boolean rolledBack = !sent || WorkTrace.isRollbackAtCommit(failure);
		FailureContext.note(failure, current.route(), rolledBack ? FailureEffect.ROLLED_BACK : FailureEffect.UNKNOWN);
	}

	private void forgetDoubt() {
		if (this.extras != null) {
			this.extras.inDoubt = null;
		}
	}

	/**
	 * Spring and Hibernate roll back after a COMMIT that failed, and Spring would report
	 * the transaction as rolled back. The exception is another object each time, since
	 * Hibernate suppresses it in favor of the first one, which an exception cannot do to
	 * itself.
	 */
	private void checkNotInDoubt() throws SQLException {
		SQLException unknown = (this.extras != null) ? this.extras.inDoubt : null;
		if (unknown != null) {
			throw new SQLNonTransientConnectionException(unknown.getMessage(), unknown.getSQLState(), unknown);
		}
	}

	/**
	 * A COMMIT that failed before it was sent leaves the transaction open, and what comes
	 * next on the connection would commit it. The driver says nothing if it is over.
	 */
	private void endOnServer(Lease current) {
		if (current.isLost()) {
			return;
		}
		try {
			current.connection().rollback();
			setAgain(current);
		}
		catch (SQLException ex) {
			current.target().pool().evict(current.connection());
			current.markLost();
		}
	}

	private static void commitLost(Lease current) throws SQLException {
		WorkTrace.lostBeforeCommit();
		if (!current.isRead()) {
			throw new SQLTransactionRollbackException("The connection to " + current.target()
					+ " was lost before COMMIT was sent: the transaction is rolled back", "40000");
		}
	}

	/**
	 * A read-only transaction has nothing to commit: once its rows were read, a
	 * connection that dies at COMMIT takes nothing away. A standby ends a session that
	 * stands in the way of replay with 40001, which says nothing of the node.
	 */
	private boolean isLostRead(Lease current, SQLException failure) {
		boolean lost = SqlStateClassifier.classify(failure) == FailureKind.CONNECTION_LOST;
		if (lost) {
			this.router.report(current, failure);
		}
		if (lost || current.isDead()) {
			current.markLost();
			return current.isRead();
		}
		return false;
	}

	/**
	 * Rolls back. When the connection is lost the server does it, so there is nothing to
	 * fail. After a COMMIT whose outcome is not known it throws the like of what that one
	 * threw.
	 */
	final void rollBackTransaction() throws SQLException {
		Lease current = this.lease;
		if (current == null || !this.open) {
			checkNotInDoubt();
			endUnsent();
			return;
		}
		if (hooks().isActive()) {
			hooked(HookPoint.ROLLBACK, current, () -> rollback(current));
		}
		else {
			rollback(current);
		}
	}

	private void rollback(Lease current) throws SQLException {
		current.giveUpCopy();
		try {
			if (!current.isLost()) {
				current.connection().rollback();
				setAgain(current);
			}
			else {
				WorkTrace.lostBeforeCommit();
			}
		}
		catch (SQLException ex) {
			if (SqlStateClassifier.classify(ex) != FailureKind.CONNECTION_LOST) {
				throw ex;
			}
			current.markLost();
			WorkTrace.lostBeforeCommit();
			this.router.report(current, ex);
		}
		finally {
			end(current, TransactionOutcome.ROLLED_BACK);
		}
	}

	private void hooked(HookPoint point, Lease current, Ending ending) throws SQLException {
		HookDispatcher hooks = hooks();
		HookContext context = hooks.before(point, null, HookSubject.NONE, current);
		long start = System.nanoTime();
		Throwable failure = null;
		try {
			ending.run();
		}
		catch (SQLException | RuntimeException | Error ex) {
			failure = ex;
			throw ex;
		}
		finally {
			if (context != null) {
				HookDispatcher.took(context, System.nanoTime() - start);
				hooks.after(context, current, -1, failure);
			}
		}
	}

	private void end(Lease current, TransactionOutcome outcome) {
		this.open = false;
		this.announced = false;
		this.setWithin = false;
		this.decideAnew = !this.autoCommit;
		this.takenInAutoCommit = false;
		if (outcome != TransactionOutcome.FAILED && !current.isLost()) {
			current.target().load().answered();
		}
		if (this.router.isTimed()) {
			this.router.listener().ended(current.route(), outcome, System.nanoTime() - this.began);
		}
	}

	Router router() {
		return this.router;
	}

	/**
	 * Gives the connection back; an open transaction is rolled back.
	 */
	final void endUse() {
		Lease current = this.lease;
		if (current != null && this.open) {
			end(current, TransactionOutcome.ROLLED_BACK);
			hooks().happened(HookPoint.ROLLBACK, current);
		}
		else {
			endUnsent();
		}
		release();
	}

	private void release() {
		Lease current = this.lease;
		this.lease = null;
		if (current == null) {
			return;
		}
		try {
			current.giveUpCopy();
			current.endCopy();
			if (!current.isIdle() && !current.isLost()) {
				// The pool does not see what was done past it, and would commit that
				endOnServer(current);
			}
			if (session() != null && !current.isLost()) {
				resetSession(current);
			}
		}
		finally {
			giveBack(current);
		}
	}

	private void resetSession(Lease current) {
		SessionSettings settings = session();
		if (settings == null) {
			return;
		}
		try {
			String text = settings.resetText();
			if (text != null && !current.connection().getAutoCommit()) {
				current.connection().rollback();
				// The pool rolls back what is open, which would undo the reset
				current.connection().setAutoCommit(true);
			}
			settings.resetDriver(current.connection());
			if (text != null) {
				current.target().pool().reset(current.connection(), text);
			}
		}
		catch (SQLException ex) {
			logger.debug("A connection to {} could not be reset and is closed: {}", current.target(), ex.getMessage());
			current.target().pool().evict(current.connection());
		}
	}

	private void giveBack(Lease current) {
		try {
			current.release(hooks());
		}
		catch (SQLException ex) {
			logger.debug("A connection to {} could not be given back: {}", current.target(), ex.getMessage());
		}
	}

	/**
	 * COMMIT or ROLLBACK.
	 */
	@FunctionalInterface
	private interface Ending {

		void run() throws SQLException;

	}

	/**
	 * What few handles need.
	 */
	private static final class Extras {

		private @Nullable SessionSettings session;

		private @Nullable OneStatementTransaction single;

		private @Nullable Properties clientInfo;

		/** Of the last transaction of the handle, if its outcome is not known. */
		private @Nullable SQLException inDoubt;

	}

}
