package io.nexs.postgres.failover;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * For how long a node has taken work. Immutable.
 *
 * @param node id of the node
 * @param up whether it takes work
 * @param since since when
 * @param losses how many times it ceased to
 * @param lastRecovery how long it took none the last time
 */
record NodeClock(String node, boolean up, Moment since, int losses, @Nullable Duration lastRecovery) {

	NodeClock with(boolean nowUp, Moment now) {
		if (nowUp == this.up) {
			return this;
		}
		return nowUp ? new NodeClock(this.node, true, now, this.losses, recovery(now))
				: new NodeClock(this.node, false, now, this.losses + 1, this.lastRecovery);
	}

	/**
	 * Before its first answer it was not lost.
	 */
	private @Nullable Duration recovery(Moment now) {
		return (this.losses > 0) ? now.since(this.since) : this.lastRecovery;
	}

	NodeUptime uptime(Moment now) {
		return new NodeUptime(this.node, this.up, now.since(this.since), this.losses, this.lastRecovery);
	}

}
