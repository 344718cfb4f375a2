package io.nexs.postgres.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Finds the columns parameters are for, in texts that need not be valid. Where more than
 * one comes into question all are named, and where none is found the parameter has no
 * name: a masker takes it for a secret then. Not thread-safe, for one text.
 */
final class PlaceholderNames {

	private static final int FARTHEST = 40;

	/** Words between a column and what it is compared with. */
	private static final Set<String> COMPARISONS = Set.of("in", "like", "ilike", "similar", "between", "not", "any",
			"all", "some", "array", "to", "symmetric", "distinct", "is");

	/** Words behind which nothing belongs to the parameter. */
	private static final Set<String> BARRIERS = Set.of("select", "where", "and", "or", "set", "on", "having", "values",
			"limit", "offset", "fetch", "then", "else", "when", "case", "returning", "from", "by", "as", "join",
			"using", "with", "filter", "over", "into", "insert", "update", "delete", "do", "row", "return", "union",
			"escape", "interval", "call");

	private static final String OPERATORS = "=<>!~@#&|^%*/+-?";

	private final List<SqlToken> tokens;

	private final List<@Nullable String> names = new ArrayList<>();

	private final List<String> columns = new ArrayList<>();

	/** Parentheses around the list of values of an INSERT; -1 outside of one. */
	private int valuesDepth = -1;

	private int column;

	private PlaceholderNames(List<SqlToken> tokens) {
		this.tokens = tokens;
	}

	static List<@Nullable String> of(List<SqlToken> tokens) {
		PlaceholderNames names = new PlaceholderNames(tokens);
		names.find();
		return names.names;
	}

	private void find() {
		int depth = 0;
		for (int i = 0; i < this.tokens.size(); i++) {
			SqlToken token = this.tokens.get(i);
			if (token.isWord("into") && i > 0 && this.tokens.get(i - 1).isWord("insert")) {
				i = readColumns(i + 1) - 1;
			}
			else if (token.isSymbol('(')) {
				depth++;
				this.column = (depth == this.valuesDepth) ? 0 : this.column;
			}
			else if (token.isSymbol(')')) {
				depth--;
			}
			else if (token.isWord("values") && !this.columns.isEmpty()) {
				this.valuesDepth = depth + 1;
			}
			else if (token.isWord("select") && !this.columns.isEmpty() && this.valuesDepth < 0) {
				this.valuesDepth = depth;
				this.column = 0;
			}
			else if (depth <= this.valuesDepth && (token.isWord("on") || token.isWord("from") || token.isSymbol(';'))) {
				this.valuesDepth = -1;
				this.columns.clear();
			}
			else if (token.isSymbol(',') && depth == this.valuesDepth) {
				this.column++;
			}
			else if (token.kind() == SqlToken.Kind.PLACEHOLDER) {
				this.names.add(inValues(depth) ? columnName() : comparedName(i));
			}
		}
	}

	private boolean inValues(int depth) {
		return this.valuesDepth >= 0 && depth >= this.valuesDepth;
	}

	private @Nullable String columnName() {
		return (this.column < this.columns.size()) ? this.columns.get(this.column) : null;
	}

	/**
	 * Reads the columns of an INSERT, if it has them.
	 * @return where to go on
	 */
	private int readColumns(int from) {
		this.columns.clear();
		this.valuesDepth = -1;
		int i = from;
		while (i < this.tokens.size() && (this.tokens.get(i).isName() || this.tokens.get(i).isSymbol('.'))) {
			if (this.tokens.get(i).isWord("values") || this.tokens.get(i).isWord("select")) {
				return i;
			}
			i++;
		}
		if (i >= this.tokens.size() || !this.tokens.get(i).isSymbol('(')) {
			return i;
		}
		while (i < this.tokens.size() && !this.tokens.get(i).isSymbol(')')) {
			if (this.tokens.get(i).isName()) {
				this.columns.add(plain(this.tokens.get(i)));
			}
			i++;
		}
		return Math.min(i + 1, this.tokens.size());
	}

	private @Nullable String comparedName(int index) {
		boolean next = index >= 2 && this.tokens.get(index - 1).isSymbol(',')
				&& this.tokens.get(index - 2).kind() == SqlToken.Kind.PLACEHOLDER;
		if (next) {
			return this.names.get(this.names.size() - 1);
		}
		String before = nameBefore(index);
		return (before != null) ? before : nameBehind(index);
	}

	/**
	 * Goes back over an operator to all names of the comparison.
	 */
	private @Nullable String nameBefore(int index) {
		StringBuilder found = new StringBuilder();
		boolean compared = false;
		for (int i = index - 1; i >= 0; i--) {
			SqlToken token = this.tokens.get(i);
			if (isJsonArrow(i) || i < index - FARTHEST) {
				return null;
			}
			if (isOperator(token)) {
				compared = true;
			}
			else if (token.isSymbol(')') && compared && found.isEmpty()) {
				return namesInside(i);
			}
			else if (token.isSymbol(')') || (token.isSymbol(',') && !found.isEmpty())) {
				break;
			}
			else if (token.isName() && !isFunction(i)) {
				String word = token.text().toLowerCase(Locale.ROOT);
				boolean keyword = token.kind() == SqlToken.Kind.WORD;
				if (keyword && COMPARISONS.contains(word)) {
					compared = true;
				}
				else if (!isBetween(i) && !isDistinctFrom(i)) {
					if (!compared || (keyword && BARRIERS.contains(word))) {
						break;
					}
					found.append(found.isEmpty() ? "" : " ").append(plain(token));
				}
			}
		}
		return found.isEmpty() ? null : found.toString();
	}

	/**
	 * The names within parentheses, without functions: {@code lower(email)} and
	 * {@code (a, b)}.
	 */
	private @Nullable String namesInside(int closing) {
		StringBuilder inside = new StringBuilder();
		int depth = 0;
		for (int i = closing; i >= Math.max(0, closing - FARTHEST); i--) {
			SqlToken token = this.tokens.get(i);
			depth += token.isSymbol(')') ? 1 : token.isSymbol('(') ? -1 : 0;
			if (depth == 0) {
				return inside.isEmpty() ? null : inside.toString();
			}
			if (isJsonArrow(i)) {
				return null;
			}
			if (token.isName() && !isFunction(i)) {
				inside.append(inside.isEmpty() ? "" : " ").append(plain(token));
			}
		}
		return null;
	}

	private @Nullable String nameBehind(int index) {
		int i = index + 1;
		while (i < this.tokens.size() && isOperator(this.tokens.get(i))) {
			i++;
		}
		boolean compared = i > index + 1;
		if (!compared || i >= this.tokens.size() || !this.tokens.get(i).isName() || isFunction(i)) {
			return null;
		}
		int last = i;
		while (last + 2 < this.tokens.size() && this.tokens.get(last + 1).isSymbol('.')
				&& this.tokens.get(last + 2).isName()) {
			last += 2;
		}
		return plain(this.tokens.get(last));
	}

	/**
	 * What is compared is a value of a document, whose name is not a column.
	 */
	private boolean isJsonArrow(int index) {
		return index > 0 && this.tokens.get(index).isSymbol('>') && (this.tokens.get(index - 1).isSymbol('-')
				|| this.tokens.get(index - 1).isSymbol('#') || this.tokens.get(index - 1).isSymbol('>'));
	}

	private boolean isFunction(int index) {
		String word = this.tokens.get(index).text().toLowerCase(Locale.ROOT);
		return index + 1 < this.tokens.size() && this.tokens.get(index + 1).isSymbol('(') && !COMPARISONS.contains(word)
				&& !BARRIERS.contains(word);
	}

	private boolean isBetween(int index) {
		return index >= 2 && this.tokens.get(index).isWord("and") && this.tokens.get(index - 1).isValue()
				&& (this.tokens.get(index - 2).isWord("between") || this.tokens.get(index - 2).isWord("symmetric"));
	}

	private boolean isDistinctFrom(int index) {
		return index >= 1 && this.tokens.get(index).isWord("from") && this.tokens.get(index - 1).isWord("distinct");
	}

	private static boolean isOperator(SqlToken token) {
		return token.kind() == SqlToken.Kind.SYMBOL && OPERATORS.indexOf(token.text().charAt(0)) >= 0;
	}

	private static String plain(SqlToken token) {
		return (token.kind() == SqlToken.Kind.IDENTIFIER) ? token.text().replace("\"", "") : token.text();
	}

}
