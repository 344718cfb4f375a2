package io.nexs.postgres.simulation;

import java.util.Objects;
import java.util.function.Consumer;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.cluster.Term;
import org.jspecify.annotations.Nullable;

/**
 * A thread that writes: one transaction after the other, each with one statement and a
 * COMMIT.
 */
final class Writer {

	private static final long NO_LIMIT = 3_600_000 * Agenda.MILLI;

	private static final long ACQUIRE_NANOS = 5000 * Agenda.MILLI;

	private static final long PAUSE_AFTER_FAILURE = 50 * Agenda.MILLI;

	private final World world;

	private final Client client;

	private final int number;

	private long lastAcknowledged = -1;

	private Gate.@Nullable Waiter waiter;

	private long deadline;

	private int writes;

	private String doing = "nothing";

	private long since;

	Writer(World world, Client client, int number) {
		this.world = world;
		this.client = client;
		this.number = number;
	}

	/**
	 * Begins a transaction.
	 */
	void begin() {
		this.deadline = this.world.agenda.now() + ACQUIRE_NANOS;
		route();
	}

	private void does(String what) {
		this.doing = what;
		this.since = this.world.agenda.now();
	}

	private void route() {
		Node primary = this.client.routing.primary();
		if (primary == null) {
			await();
			return;
		}
		this.client.checks.routedWrite(this.client.monitor.topology(), primary);
		int node = Client.NODES.indexOf(primary);
		does("borrows from " + primary.id());
		this.client.pools.get(node).borrow((session) -> borrowed(primary, session));
	}

	private void await() {
		Gate.Waiter place = (this.waiter != null) ? this.waiter : this.client.gate.enter();
		if (place == null) {
			this.client.ledger.rejected();
			again();
			return;
		}
		does("waits for a primary");
		this.waiter = place;
		long from = this.world.agenda.now();
		this.client.gate.await(place, () -> {
			this.deadline += this.world.agenda.now() - from;
			route();
		}, () -> {
			this.client.ledger.timedOut();
			again();
		});
	}

	private void borrowed(Node primary, @Nullable Session session) {
		int node = Client.NODES.indexOf(primary);
		if (session != null && primary.equals(this.client.routing.primary())) {
			if (this.waiter != null) {
				this.client.gate.served(this.waiter);
				this.waiter = null;
			}
			insert(node, session);
			return;
		}
		if (session != null) {
			this.client.pools.get(node).giveBack(session);
		}
		if (this.world.agenda.now() >= this.deadline) {
			again();
		}
		else {
			route();
		}
	}

	private void again() {
		if (this.waiter != null) {
			this.client.gate.leave(this.waiter);
			this.waiter = null;
		}
		does("pauses");
		this.world.jvm.after(PAUSE_AFTER_FAILURE, this::begin);
	}

	private void insert(int node, Session session) {
		Term term = this.client.monitor.topology().term();
		does("inserts on " + session.server().name());
		session.request((Server server, Consumer<Boolean> answer) -> answer.accept(server.writable), (writable) -> {
			if (writable) {
				commit(node, session, Objects.requireNonNull(term));
			}
			else {
				this.client.pools.get(node).giveBack(session);
				this.client.reportFailure(node, "25006");
				again();
			}
		}, (sqlState) -> {
			this.client.reportFailure(node, sqlState);
			again();
		}, NO_LIMIT);
	}

	private void commit(int node, Session session, Term began) {
		long write = this.number * 1_000_000L + this.writes++;
		does("commits on " + session.server().name());
		session.request((Server server, Consumer<Wal> answer) -> server.commit(write, answer), (record) -> {
			this.client.pools.get(node).giveBack(session);
			if (this.client.monitor.topology().doubts(began, Client.NODES.get(node))) {
				this.client.ledger.inDoubt();
				again();
				return;
			}
			this.client.ledger.acknowledged(record, session.server());
			this.lastAcknowledged = this.world.agenda.now();
			does("thinks");
			this.world.jvm.after(this.world.random.nextLong(20, 200) * Agenda.MILLI, this::begin);
		}, (sqlState) -> {
			this.client.reportFailure(node, sqlState);
			this.client.ledger.inDoubt();
			again();
		}, NO_LIMIT);
	}

	void checkProgress(long mendedAt) {
		if (this.lastAcknowledged < mendedAt) {
			throw new AssertionError("writer " + this.number + " " + this.doing + " since " + this.since / Agenda.MILLI
					+ " ms and has written nothing since all was mended at " + mendedAt / Agenda.MILLI + " ms");
		}
	}

}
