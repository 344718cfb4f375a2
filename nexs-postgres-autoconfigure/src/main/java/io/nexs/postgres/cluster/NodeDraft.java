package io.nexs.postgres.cluster;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A node state under construction, alive during one reduction only.
 */
final class NodeDraft {

	final NodeState before;

	NodeRole role;

	NodeStatus status;

	int failures;

	int successes;

	@Nullable String lastError;

	@Nullable ServerReport report;

	boolean answered;

	/** Whether it is suspect for nothing else than its silence. */
	boolean silent;

	boolean followsOldTimeline;

	Lag lag;

	private @Nullable NodeIdentity identity;

	private boolean endpoint;

	private int timeline;

	private @Nullable Lsn lsn;

	private long latencyNanos;

	private @Nullable Instant lastProbe;

	NodeDraft(NodeState before, @Nullable ServerReport report) {
		this.before = before;
		this.report = report;
		this.role = before.role();
		this.status = before.status();
		this.failures = before.failures();
		this.successes = before.successes();
		this.lastError = before.lastError();
		this.followsOldTimeline = before.followsOldTimeline();
		this.lag = new Lag(before.lagBytes(), before.lagMillis(), before.lagging());
		this.identity = before.identity();
		this.endpoint = before.endpoint();
		this.timeline = before.timeline();
		this.lsn = before.lsn();
		this.latencyNanos = before.latencyNanos();
		this.lastProbe = before.lastProbe();
	}

	void succeeded(Observation.ProbeSucceeded probe) {
		ServerReport answer = probe.report();
		this.report = answer;
		this.answered = true;
		this.role = answer.inRecovery() ? NodeRole.REPLICA : NodeRole.PRIMARY;
		this.timeline = answer.inRecovery() ? answer.receivedTimeline() : answer.timeline();
		this.lsn = answer.lsn();
		this.endpoint |= this.identity != null && answer.identity().movedFrom(this.identity);
		this.identity = answer.identity();
		this.failures = 0;
		this.successes++;
		this.silent = false;
		this.lastError = null;
		this.latencyNanos = probe.latencyNanos();
		this.lastProbe = probe.at();
	}

	void failed(Observation.ProbeFailed probe) {
		this.silent = probe.silent() && (this.silent || this.failures == 0);
		this.failures++;
		this.successes = 0;
		this.lastError = probe.reason();
		this.lastProbe = probe.at();
	}

	/**
	 * Whatever made it suspect was no fault of its own.
	 */
	void excuse() {
		this.silent = false;
		this.failures = 0;
		this.lastError = null;
	}

	/**
	 * Forget the role: the node has not answered for too long, or is of no concern.
	 */
	void forgetRole() {
		this.role = NodeRole.UNKNOWN;
		this.timeline = 0;
		this.followsOldTimeline = false;
		this.lag = Lag.UNKNOWN;
	}

	boolean observed() {
		return this.lastProbe != null;
	}

	boolean writableWhenLastSeen() {
		return this.report != null && !this.report.inRecovery();
	}

	String systemIdentifier() {
		return (this.report != null) ? this.report.identity().systemIdentifier() : "";
	}

	int timeline() {
		return this.timeline;
	}

	@Nullable Lsn lsn() {
		return this.lsn;
	}

	/**
	 * Tell whether another draft is the same running server under another configured
	 * address.
	 * @param other the other draft
	 * @return {@code true} when the identities are known and of one server
	 */
	boolean sameServer(NodeDraft other) {
		return this.identity != null && other.identity != null && this.identity.sameServer(other.identity);
	}

	NodeState freeze() {
		if (this.status != this.before.status() && !this.before.status().canBecome(this.status)) {
			throw new IllegalStateException(
					this.before.node() + " must not move from " + this.before.status() + " to " + this.status);
		}
		return new NodeState(this.before.node(), this.role, this.status, this.timeline, this.lsn, this.lag.bytes(),
				this.lag.millis(), this.latencyNanos, this.identity, this.endpoint, this.lag.excessive(),
				this.followsOldTimeline, this.failures, this.successes, this.lastProbe, this.lastError);
	}

}
