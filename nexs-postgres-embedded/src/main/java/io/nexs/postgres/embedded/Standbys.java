package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;

/**
 * Makes nodes follow a primary. The caller holds the cluster's lock.
 */
final class Standbys {

	private static final Duration FOLLOW_LIMIT = Duration.ofSeconds(5);

	private static final Duration SEED_LIMIT = Duration.ofSeconds(20);

	private static final Duration QUERY_LIMIT = Duration.ofSeconds(5);

	private Standbys() {
	}

	/**
	 * Fill a stopped node with a copy of the primary and start it.
	 * @param node the node
	 * @param primary the running primary
	 */
	static void seed(EmbeddedNode node, EmbeddedNode primary) {
		node.server().replaceData().copyRunning(primary);
		startAsStandby(node, primary);
		if (!awaitStreaming(node, primary, SEED_LIMIT)) {
			throw new EmbeddedClusterException("%s does not stream from %s".formatted(node.id(), primary.id()));
		}
	}

	/**
	 * Start a stopped node as a standby.
	 * @param node the node
	 * @param primary the server to stream from
	 */
	static void startAsStandby(EmbeddedNode node, EmbeddedNode primary) {
		mark(node);
		node.streamFrom(primary.directPort());
		node.reconfigure();
		node.server().start();
	}

	/**
	 * Disconnect a standby from the server it streams from.
	 * @param node the standby
	 */
	static void detach(EmbeddedNode node) {
		node.streamFrom(0);
		node.reconfigure();
		if (node.isAnswering() && !isReplayHeld(node)) {
			node.admin().await(FOLLOW_LIMIT, "select count(*) from pg_stat_wal_receiver", "0");
		}
	}

	/**
	 * Make a standby stream from a primary, with a new copy when its own data went
	 * another way. A stopped, frozen or paused one does so when it goes on.
	 * @param node the standby
	 * @param primary the running primary
	 */
	static void follow(EmbeddedNode node, EmbeddedNode primary) {
		node.streamFrom(primary.directPort());
		node.reconfigure();
		if (!node.isAnswering() || isReplayHeld(node) || awaitStreaming(node, primary, FOLLOW_LIMIT)) {
			return;
		}
		if (node.isAnswering()) {
			node.kill();
			seed(node, primary);
		}
	}

	/**
	 * Bring a node back as a standby of the primary.
	 * @param node a node that is not the primary
	 * @param primary the running primary
	 */
	static void rejoin(EmbeddedNode node, EmbeddedNode primary) {
		if (node.isFrozen()) {
			node.kill();
		}
		if (!node.server().isStandby()) {
			// A former primary may have written what nobody received.
			node.kill();
			seed(node, primary);
			return;
		}
		if (!node.isRunning()) {
			startAsStandby(node, primary);
		}
		follow(node, primary);
	}

	static boolean awaitStreaming(EmbeddedNode node, EmbeddedNode primary, Duration limit) {
		String sql = """
				select count(*) from pg_stat_wal_receiver
				where status = 'streaming' and sender_port = %d and received_tli = %d""".formatted(primary.directPort(),
				primary.timeline());
		return node.admin().await(limit, sql, "1");
	}

	/**
	 * Wait until a standby has replayed what the primary has written so far.
	 * @param node the standby
	 * @param primary the running primary
	 */
	static void awaitReplay(EmbeddedNode node, EmbeddedNode primary) {
		String position = primary.admin().query(QUERY_LIMIT, "select pg_current_wal_lsn()");
		node.await("replay of " + position, "select pg_last_wal_replay_lsn() >= '%s'".formatted(position), "t");
	}

	private static boolean isReplayHeld(EmbeddedNode node) {
		String sql = """
				select pg_get_wal_replay_pause_state() <> 'not paused'
					or current_setting('recovery_min_apply_delay') <> '0'""";
		return node.admin().query(QUERY_LIMIT, sql).equals("t");
	}

	private static void mark(EmbeddedNode node) {
		try {
			Files.write(node.server().data().resolve("standby.signal"), new byte[0]);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
