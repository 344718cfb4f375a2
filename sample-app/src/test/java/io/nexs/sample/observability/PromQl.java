package io.nexs.sample.observability;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the metrics in an expression of Prometheus, and the labels each is asked for.
 */
final class PromQl {

	private static final Pattern TOKEN = Pattern.compile("\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*'" // strings
			+ "|\\[[^\\]]*]" // ranges
			+ "|[0-9][0-9a-zA-Z.]*" // numbers and durations
			+ "|[a-zA-Z_:][a-zA-Z0-9_:]*" // names
			+ "|[{}(),=~!<>]");

	private static final Set<String> GROUPING = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

	private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

	private final List<String> tokens;

	private final List<Selector> selectors = new ArrayList<>();

	private final Set<String> grouped = new HashSet<>();

	private PromQl(String expression) {
		Matcher matcher = TOKEN.matcher(expression);
		List<String> found = new ArrayList<>();
		while (matcher.find()) {
			found.add(matcher.group());
		}
		this.tokens = List.copyOf(found);
	}

	static PromQl parse(String expression) {
		PromQl parsed = new PromQl(expression);
		int at = 0;
		while (at < parsed.tokens.size()) {
			at = parsed.read(at);
		}
		return parsed;
	}

	private int read(int at) {
		String token = this.tokens.get(at);
		if (!Character.isLetter(token.charAt(0)) && token.charAt(0) != '_') {
			return at + 1;
		}
		String next = token(at + 1);
		if (GROUPING.contains(token)) {
			return next.equals("(") ? names(at + 2, this.grouped) : at + 1;
		}
		if (KEYWORDS.contains(token.toLowerCase()) || next.equals("(") || GROUPING.contains(next)) {
			return at + 1;
		}
		Set<String> labels = new HashSet<>();
		int end = next.equals("{") ? labels(at + 2, labels) : at + 1;
		this.selectors.add(new Selector(token, Set.copyOf(labels)));
		return end;
	}

	/**
	 * Names up to the closing parenthesis.
	 */
	private int names(int at, Set<String> names) {
		int next = at;
		while (!token(next).equals(")")) {
			if (!token(next).equals(",")) {
				names.add(token(next));
			}
			next++;
		}
		return next + 1;
	}

	/**
	 * Names in front of an operator up to the closing brace.
	 */
	private int labels(int at, Set<String> labels) {
		int next = at;
		while (!token(next).equals("}")) {
			if (Character.isLetter(token(next).charAt(0))) {
				labels.add(token(next));
			}
			next++;
		}
		return next + 1;
	}

	private String token(int at) {
		return (at < this.tokens.size()) ? this.tokens.get(at) : ")}";
	}

	List<Selector> selectors() {
		return this.selectors;
	}

	/**
	 * Labels by which is grouped or matched.
	 */
	Set<String> grouped() {
		return this.grouped;
	}

	/**
	 * A metric and the labels it is asked for.
	 *
	 * @param metric its name
	 * @param labels names of the labels
	 */
	record Selector(String metric, Set<String> labels) {

	}

}
