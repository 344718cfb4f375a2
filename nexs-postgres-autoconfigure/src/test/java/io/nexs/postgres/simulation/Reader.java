package io.nexs.postgres.simulation;

import java.util.function.Consumer;

import io.nexs.postgres.routing.ReadPreference;
import io.nexs.postgres.routing.Route;
import org.jspecify.annotations.Nullable;

/**
 * A thread that reads, with every preference in turn.
 */
final class Reader {

	private static final long NO_LIMIT = 3_600_000 * Agenda.MILLI;

	private final World world;

	private final Client client;

	private long lastRead = -1;

	private int reads;

	Reader(World world, Client client) {
		this.world = world;
		this.client = client;
	}

	void begin() {
		ReadPreference[] preferences = ReadPreference.values();
		ReadPreference preference = preferences[this.reads++ % preferences.length];
		this.client.checks.routedRead(this.client.monitor.topology(), this.client.routing.readByChance(preference));
		Route route = this.client.routing.read(preference);
		this.client.checks.routedRead(this.client.monitor.topology(), route);
		if (route == null) {
			again();
			return;
		}
		int node = Client.NODES.indexOf(route.node());
		this.client.pools.get(node).borrow((session) -> read(node, session));
	}

	private void read(int node, @Nullable Session session) {
		if (session == null) {
			again();
			return;
		}
		session.request((Server server, Consumer<Integer> answer) -> answer.accept(server.replayed.length),
				(length) -> {
					this.client.pools.get(node).giveBack(session);
					this.lastRead = this.world.agenda.now();
					again();
				}, (sqlState) -> {
					this.client.reportFailure(node, sqlState);
					again();
				}, NO_LIMIT);
	}

	private void again() {
		this.world.jvm.after(this.world.random.nextLong(20, 200) * Agenda.MILLI, this::begin);
	}

	void checkProgress(long mendedAt) {
		if (this.lastRead < mendedAt) {
			throw new AssertionError("nothing was read since all was mended");
		}
	}

}
