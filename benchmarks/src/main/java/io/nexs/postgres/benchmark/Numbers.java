package io.nexs.postgres.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Numbers as text.
 */
final class Numbers {

	private Numbers() {
	}

	static String json(double value) {
		return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
	}

	static String json(List<Double> values) {
		return values.stream().map(Numbers::json).collect(Collectors.joining(", ", "[", "]"));
	}

	static String whole(double value) {
		return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "-";
	}

	/**
	 * With a sign.
	 */
	static String difference(double value) {
		return Double.isFinite(value) ? String.format(Locale.ROOT, "%+,.0f", value) : "-";
	}

	static String tenths(double value) {
		return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
	}

	static String ratio(double value) {
		return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
	}

}
