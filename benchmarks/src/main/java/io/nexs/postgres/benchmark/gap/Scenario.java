package io.nexs.postgres.benchmark.gap;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;

/**
 * What happens to the primary, and how long it takes until a standby takes its place.
 */
enum Scenario {

	/** All its processes are killed. */
	KILL(Duration.ofSeconds(3)) {

		@Override
		void begin(EmbeddedNode primary) {
			primary.kill();
		}

	},

	/** All its processes stand still, for good; their connections stay open. */
	FREEZE(Duration.ofSeconds(3)) {

		@Override
		void begin(EmbeddedNode primary) {
			primary.freeze();
		}

	},

	/** Nothing passes to it or from it any more, while it lives. */
	CUT(Duration.ofSeconds(3)) {

		@Override
		void begin(EmbeddedNode primary) {
			primary.relay().cut();
		}

	},

	/**
	 * It is stopped in order, a standby with all it had takes over at once, and then it
	 * comes back as a standby.
	 */
	SWITCHOVER(Duration.ZERO) {

		@Override
		void begin(EmbeddedNode primary) {
			primary.stop();
		}

		@Override
		void end(EmbeddedCluster cluster, EmbeddedNode old) {
			cluster.rejoin(old.id());
		}

	},

	/** A standby is promoted while the primary lives and goes on taking writes. */
	SPLIT(Duration.ofMillis(200)) {

		@Override
		void begin(EmbeddedNode primary) throws SQLException {
			commitAlone(primary);
		}

	},

	/**
	 * It stands still while another is promoted, and then goes on taking writes.
	 */
	THAW(Duration.ofSeconds(3)) {

		@Override
		void begin(EmbeddedNode primary) throws SQLException {
			commitAlone(primary);
			primary.freeze();
		}

		@Override
		void end(EmbeddedCluster cluster, EmbeddedNode old) {
			old.thaw();
		}

	},

	/**
	 * It is killed, and the only address that is known leads to the new one as soon as
	 * that takes writes.
	 */
	ENDPOINT(Duration.ofSeconds(3)) {

		@Override
		void begin(EmbeddedNode primary) {
			primary.kill();
		}

	};

	private final Duration patience;

	Scenario(Duration patience) {
		this.patience = patience;
	}

	/**
	 * Does it to the primary.
	 */
	abstract void begin(EmbeddedNode primary) throws SQLException;

	/**
	 * After another one was promoted.
	 */
	void end(EmbeddedCluster cluster, EmbeddedNode old) {
		// Nothing
	}

	/**
	 * Lets a primary acknowledge what no standby has, as one does that nobody stops.
	 */
	private static void commitAlone(EmbeddedNode primary) throws SQLException {
		try (Connection connection = primary.connect(); Statement statement = connection.createStatement()) {
			statement.execute("alter system set synchronous_standby_names = ''");
			statement.execute("select pg_reload_conf()");
			statement.execute("checkpoint");
		}
	}

	/**
	 * From the beginning to the promotion.
	 */
	Duration patience() {
		return this.patience;
	}

	String label() {
		return name().toLowerCase(Locale.ROOT);
	}

}
