package io.nexs.postgres.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The subjects of one operation beside {@link Subjects#RAW}.
 *
 * @param operation the method of the benchmark
 * @param all one measurement for each subject
 */
record Comparison(String operation, List<Measurement> all) {

	Optional<Measurement> find(String subject) {
		return this.all.stream().filter((measurement) -> measurement.subject().equals(subject)).findFirst();
	}

	private Measurement get(String subject) {
		return find(subject).orElseThrow();
	}

	/**
	 * Median of a subject, as a multiple of that of {@code raw}.
	 */
	double p50Ratio(String subject) {
		return get(subject).p50() / get(Subjects.RAW).p50();
	}

	double p99Ratio(String subject) {
		return get(subject).p99() / get(Subjects.RAW).p99();
	}

	/**
	 * Processor time over {@code raw}, in nanoseconds.
	 */
	double cpuOver(String subject) {
		return get(subject).cpu() - get(Subjects.RAW).cpu();
	}

	double cpuRatio(String subject) {
		return get(subject).cpu() / get(Subjects.RAW).cpu();
	}

	double bytesOver(String subject) {
		return get(subject).allocated() - get(Subjects.RAW).allocated();
	}

	/**
	 * How far the two measurements of the same lie apart, as a share: what is nearer to
	 * {@code raw} than that is not told apart from it.
	 */
	double noise() {
		return Math.abs(p50Ratio(Subjects.RAW_AGAIN) - 1);
	}

	/**
	 * Whether a subject is not slower than {@code raw} by more than the noise.
	 */
	boolean isWithinNoise(String subject) {
		return p50Ratio(subject) - 1 <= noise();
	}

	/**
	 * The ratio of the medians, and the noise it has to be seen against.
	 */
	String verdict(String subject) {
		return String.format(Locale.ROOT, "%.2f times raw (raw once more: %.2f)", p50Ratio(subject),
				p50Ratio(Subjects.RAW_AGAIN));
	}

}
