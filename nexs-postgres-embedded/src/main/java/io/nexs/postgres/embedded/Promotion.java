package io.nexs.postgres.embedded;

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a standby the primary. The caller holds the cluster's lock.
 */
final class Promotion {

	private static final Logger logger = LoggerFactory.getLogger(Promotion.class);

	private static final Duration PROMOTE_LIMIT = Duration.ofSeconds(60);

	private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(10);

	private final List<EmbeddedNode> nodes;

	Promotion(List<EmbeddedNode> nodes) {
		this.nodes = nodes;
	}

	/**
	 * Promote a standby and make the others follow it.
	 * @param candidate the standby
	 */
	void promote(EmbeddedNode candidate) {
		requireStandby(candidate);
		List<EmbeddedNode> others = this.nodes.stream()
			.filter((node) -> node != candidate && node.server().isStandby())
			.toList();
		// Otherwise they could receive what the candidate will never have.
		others.forEach(Standbys::detach);
		String done = candidate.admin()
			.query(PROMOTE_LIMIT.plusSeconds(5), "select pg_promote(true, %d)".formatted(PROMOTE_LIMIT.toSeconds()));
		if (!done.equals("t")) {
			throw new EmbeddedClusterException(candidate.id() + " was not promoted in " + PROMOTE_LIMIT);
		}
		candidate.becomePrimary();
		logger.info("{} is the primary on timeline {}", candidate.id(), candidate.timeline());
		others.forEach((node) -> Standbys.follow(node, candidate));
	}

	/**
	 * Let a standby take over from a running primary without a loss.
	 * @param primary the running primary
	 * @param candidate the standby
	 */
	void switchover(EmbeddedNode primary, EmbeddedNode candidate) {
		requireStandby(candidate);
		if (!Standbys.awaitStreaming(candidate, primary, CATCH_UP_LIMIT)) {
			throw new EmbeddedClusterException("%s does not stream from %s".formatted(candidate.id(), primary.id()));
		}
		boolean clean = primary.server().stop() && ControlFile.read(primary.server().data()).shutDown();
		if (!clean || !hasEverything(candidate, ControlFile.read(primary.server().data()).checkpoint())) {
			primary.server().start();
			throw new EmbeddedClusterException("%s did not get everything from %s, which is the primary again"
				.formatted(candidate.id(), primary.id()));
		}
		promote(candidate);
		Standbys.startAsStandby(primary, candidate);
		Standbys.follow(primary, candidate);
	}

	private static boolean hasEverything(EmbeddedNode candidate, long checkpoint) {
		return Await.until(CATCH_UP_LIMIT, () -> candidate.state().position() > checkpoint);
	}

	private static void requireStandby(EmbeddedNode candidate) {
		if (!candidate.isAnswering()) {
			throw new EmbeddedClusterException(candidate.id() + " is not running");
		}
		if (!candidate.isInRecovery()) {
			throw new EmbeddedClusterException(candidate.id() + " is a primary already");
		}
	}

}
