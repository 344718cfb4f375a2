package io.nexs.postgres.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Advice for each kind of workload, each worked out from figures of the same report and
 * told with them.
 */
final class Advice {

	/**
	 * Below this ratio of medians a difference is not worth a change.
	 */
	private static final double WORTH = 1.1;

	private final Map<String, Comparison> server;

	private final Map<String, Map<String, Double>> roundTrips;

	private final List<String> advice = new ArrayList<>();

	private Advice(Map<String, Comparison> server, Map<String, Map<String, Double>> roundTrips) {
		this.server = server;
		this.roundTrips = roundTrips;
	}

	/**
	 * Works out what the figures say.
	 * @param server the comparisons against the servers, by operation
	 * @param roundTrips of each subject and operation
	 */
	static List<String> of(Map<String, Comparison> server, Map<String, Map<String, Double>> roundTrips) {
		Advice advice = new Advice(server, roundTrips);
		advice.reads();
		advice.readOnlyTransactions();
		advice.writes();
		advice.batches();
		advice.resultSets();
		advice.peers();
		return advice.advice;
	}

	private double median(String operation, String subject) {
		return this.server.get(operation).find(subject).orElseThrow().p50();
	}

	private double trips(String operation) {
		return this.roundTrips.get(Subjects.NEXS).get(operation);
	}

	private void reads() {
		Comparison query = this.server.get("query");
		String cost = query.isWithinNoise(Subjects.NEXS) ? "routing is not told apart from the pool alone"
				: "routing costs something, and round trips decide";
		say("Read-heavy, single statements", "%s: %s.", cost, query.verdict(Subjects.NEXS));
	}

	private void readOnlyTransactions() {
		double ratio = median("readOnlyTransaction", Subjects.NEXS) / median("query", Subjects.NEXS);
		String what = (ratio > WORTH)
				? "a single statement is cheaper without a transaction around it: with `@Transactional(readOnly = true, "
						+ "propagation = SUPPORTS)` it goes to a replica all the same"
				: "a transaction around a single statement costs little here";
		say("Read-heavy, short read-only transactions",
				"%s. The transaction takes %.0f round trips for %.0f, and %.2f times as long at the median. "
						+ "Routed it is %.2f times `raw`, Spring's lazy proxy %.2f times.",
				what, trips("readOnlyTransaction"), trips("query"), ratio,
				this.server.get("readOnlyTransaction").p50Ratio(Subjects.NEXS),
				this.server.get("readOnlyTransaction").p50Ratio(Subjects.LAZY));
	}

	private void writes() {
		double ratio = median("transaction", Subjects.NEXS) / median("exec", Subjects.NEXS);
		String what = (ratio > WORTH) ? "leave a single update in autocommit mode"
				: "a transaction around a single update costs little here";
		say("Write-heavy, single updates",
				"%s: the transaction takes %.2f times as long at the median. Routed it is %s.", what, ratio,
				this.server.get("transaction").verdict(Subjects.NEXS));
	}

	private void batches() {
		double row = median("batch", Subjects.NEXS) / Operations.MANY;
		double ratio = median("exec", Subjects.NEXS) / row;
		String what = (ratio > WORTH) ? "gather rows in batches" : "batches gain little here";
		say("Write-heavy, many rows",
				"%s: a row of a batch of %d takes %.1f us, a statement of its own %.1f us, %.0f times as long. "
						+ "The batch takes %.1f round trips. Routed it is %s and allocates %+,.0f B a row, since what "
						+ "was bound is remembered.",
				what, Operations.MANY, row, median("exec", Subjects.NEXS), ratio, trips("batch"),
				this.server.get("batch").verdict(Subjects.NEXS),
				this.server.get("batch").bytesOver(Subjects.NEXS) / Operations.MANY);
	}

	private void resultSets() {
		double row = median("queryAll", Subjects.NEXS) / Operations.MANY;
		double ratio = median("query", Subjects.NEXS) / row;
		String what = (ratio > WORTH) ? "read rows together rather than one by one"
				: "reading rows together gains little";
		say("Larger results",
				"%s: a row of a query of %d takes %.2f us, a query of its own %.1f us, %.0f times as long. "
						+ "Result sets are the driver's own: routed it is %s.",
				what, Operations.MANY, row, median("query", Subjects.NEXS), ratio,
				this.server.get("queryAll").verdict(Subjects.NEXS));
	}

	/**
	 * Who costs more than the noise and a tenth, where all of them do the same.
	 */
	private void peers() {
		Comparison reads = this.server.get("readOnlyTransaction");
		List<String> slower = Subjects.ALL.keySet()
			.stream()
			.filter((name) -> reads.p50Ratio(name) > Math.max(WORTH, 1 + reads.noise()))
			.map((name) -> String.format(Locale.ROOT, "%s %.2f", name, reads.p50Ratio(name)))
			.toList();
		say("Choosing by speed", (slower.isEmpty()
				? "no subject is slower than `raw` by more than a tenth and the noise in read-only transactions; choose by "
						+ "what happens at a failover"
				: "in read-only transactions these are slower than `raw` by more than a tenth and the noise: "
						+ String.join(", ", slower) + "; among the others what happens at a failover decides")
				+ ".");
	}

	private void say(String workload, String text, Object... figures) {
		this.advice.add("**" + workload + "**: " + String.format(Locale.ROOT, text, figures));
	}

}
