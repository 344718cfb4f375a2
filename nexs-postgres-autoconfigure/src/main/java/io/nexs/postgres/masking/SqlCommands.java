package io.nexs.postgres.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the words of a text say of its statements.
 */
final class SqlCommands {

	private static final Set<String> READS = Set.of("select", "values", "table", "show", "fetch", "move", "explain",
			"with", "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "set", "reset",
			"close", "declare", "listen", "unlisten", "notify", "lock", "discard", "deallocate", "prepare");

	private static final Set<String> CHANGES = Set.of("insert", "update", "delete", "merge");

	private SqlCommands() {
	}

	/**
	 * Whether one of the statements changes something by what it says.
	 */
	static boolean isWrite(List<SqlToken> tokens) {
		return split(tokens).stream().anyMatch(SqlCommands::isSingleWrite);
	}

	private static boolean isSingleWrite(List<SqlToken> statement) {
		String command = word(statement, firstWord(statement));
		return switch (command) {
			case "" -> false;
			case "select" -> hasWord(statement, "into") || hasChange(statement);
			case "copy" -> isCopyFrom(statement);
			case "explain" -> hasWord(statement, "analyze") && hasAnyChange(statement);
			case "with", "declare", "prepare" -> hasChange(statement);
			default -> !READS.contains(command);
		};
	}

	private static int firstWord(List<SqlToken> statement) {
		for (int i = 0; i < statement.size(); i++) {
			if (statement.get(i).kind() == SqlToken.Kind.WORD) {
				return i;
			}
		}
		return -1;
	}

	private static String word(List<SqlToken> statement, int index) {
		return (index >= 0) ? statement.get(index).text().toLowerCase(Locale.ROOT) : "";
	}

	private static boolean hasWord(List<SqlToken> statement, String word) {
		return statement.stream().anyMatch((token) -> token.isWord(word));
	}

	private static boolean hasAnyChange(List<SqlToken> statement) {
		return statement.stream()
			.anyMatch((token) -> token.kind() == SqlToken.Kind.WORD
					&& CHANGES.contains(token.text().toLowerCase(Locale.ROOT)));
	}

	/**
	 * A statement within another one begins behind a parenthesis, or behind AS. That
	 * tells it from FOR UPDATE.
	 */
	private static boolean hasChange(List<SqlToken> statement) {
		for (int i = 1; i < statement.size(); i++) {
			SqlToken before = statement.get(i - 1);
			boolean begins = before.isSymbol('(') || before.isSymbol(')') || before.isWord("as");
			if (begins && statement.get(i).kind() == SqlToken.Kind.WORD && CHANGES.contains(word(statement, i))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isCopyFrom(List<SqlToken> statement) {
		int depth = 0;
		boolean change = false;
		for (int i = 0; i < statement.size(); i++) {
			SqlToken token = statement.get(i);
			depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
			if (depth == 0 && token.isWord("from")) {
				return true;
			}
			if (depth == 0 && token.isWord("to")) {
				return change;
			}
			change |= depth == 1 && token.kind() == SqlToken.Kind.WORD && CHANGES.contains(word(statement, i));
		}
		return true;
	}

	/**
	 * The statements that are not empty. A semicolon within parentheses (CREATE RULE) or
	 * between BEGIN ATOMIC and its END (a function) ends none.
	 */
	static List<List<SqlToken>> split(List<SqlToken> tokens) {
		List<List<SqlToken>> statements = new ArrayList<>();
		int depth = 0;
		int blocks = 0;
		int start = 0;
		for (int i = 0; i < tokens.size(); i++) {
			SqlToken token = tokens.get(i);
			if (token.isSymbol('(')) {
				depth++;
			}
			else if (token.isSymbol(')')) {
				depth = Math.max(0, depth - 1);
			}
			else if (token.isWord("atomic") && i > start && tokens.get(i - 1).isWord("begin")) {
				blocks = 1;
			}
			else if (blocks > 0 && token.isWord("case")) {
				blocks++;
			}
			else if (blocks > 0 && token.isWord("end")) {
				blocks--;
			}
			else if (depth == 0 && blocks == 0 && token.isSymbol(';')) {
				add(statements, tokens.subList(start, i));
				start = i + 1;
			}
		}
		add(statements, tokens.subList(start, tokens.size()));
		return statements;
	}

	private static void add(List<List<SqlToken>> statements, List<SqlToken> statement) {
		if (!statement.isEmpty()) {
			statements.add(statement);
		}
	}

}
