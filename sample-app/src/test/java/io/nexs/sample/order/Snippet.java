package io.nexs.sample.order;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of code of a page. An HTML comment on the line before it, which no reader of
 * the page sees, may name what a fragment takes for granted,
 * {@code <!-- given: Orders orders, long id -->}, or why the block is not looked at,
 * {@code <!-- not compiled: ... -->}.
 *
 * @param place page and number of the line
 * @param given parameters, empty for none
 * @param skipped why it is not looked at, or {@code null}
 * @param code the code
 */
record Snippet(String place, String given, String skipped, String code) {

	private static final Pattern BLOCK = Pattern
		.compile("(?m)(?:^<!-- (given|not compiled): (.*?) -->\n)?^```(java|yaml)\n((?s:.*?))^```$");

	static List<Snippet> of(String page, String text, String language) {
		List<Snippet> snippets = new ArrayList<>();
		Matcher matcher = BLOCK.matcher(text);
		while (matcher.find()) {
			if (matcher.group(3).equals(language)) {
				String place = page + ":" + text.substring(0, matcher.start(4)).lines().count();
				snippets.add(new Snippet(place, "given".equals(matcher.group(1)) ? matcher.group(2) : "",
						"not compiled".equals(matcher.group(1)) ? matcher.group(2) : null, matcher.group(4)));
			}
		}
		return snippets;
	}

	@Override
	public String toString() {
		return this.place;
	}

}
