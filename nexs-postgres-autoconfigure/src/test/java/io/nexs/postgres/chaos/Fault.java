package io.nexs.postgres.chaos;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;

/**
 * What happens to a primary.
 */
enum Fault {

	/** All its processes are killed. */
	KILL {

		@Override
		void strike(EmbeddedNode primary) {
			primary.kill();
		}

	},

	/** All its processes stand still; connections stay open. */
	FREEZE {

		@Override
		void strike(EmbeddedNode primary) {
			primary.freeze();
		}

	},

	/** Nothing passes to it or from it, while it lives. */
	CUT {

		@Override
		void strike(EmbeddedNode primary) {
			primary.relay().cut();
		}

	},

	/** Its sessions are reset and it is stopped in order. */
	STOP {

		@Override
		void strike(EmbeddedNode primary) {
			primary.relay().reset();
			primary.stop();
		}

	};

	abstract void strike(EmbeddedNode primary);

	/**
	 * Strikes the primary and promotes the standby that has received most.
	 * @return the old primary
	 */
	EmbeddedNode failOver(EmbeddedCluster cluster) {
		EmbeddedNode old = cluster.primary();
		strike(old);
		cluster.promote(Servers.foremost(cluster).id());
		return old;
	}

}
