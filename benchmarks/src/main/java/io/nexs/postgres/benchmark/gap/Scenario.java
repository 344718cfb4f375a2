package io.nexs.postgres.benchmark.gap;

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

	};

	private final Duration patience;

	Scenario(Duration patience) {
		this.patience = patience;
	}

	/**
	 * Does it to the primary.
	 */
	abstract void begin(EmbeddedNode primary);

	/**
	 * After another one was promoted.
	 */
	void end(EmbeddedCluster cluster, EmbeddedNode old) {
		// Nothing
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
