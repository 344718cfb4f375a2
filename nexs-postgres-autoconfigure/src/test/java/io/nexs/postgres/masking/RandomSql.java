package io.nexs.postgres.masking;

import java.util.List;
import java.util.Random;

/**
 * Makes queries of literals in all notations, each with a planted text in it.
 */
final class RandomSql {

	static final String PLANTED = "PL4NTED";

	private static final List<String> GAPS = List.of(" ", "\n", "\t ", " -- PL4NTED 'x\n", " /* PL4NTED ' */ ",
			" /* a /* $$ */ PL4NTED \" */ ");

	private static final List<String> NOISE = List.of("''", "a", "$$", "--", "/*", "*/", "\"", ";", "?", "\n", "é", "1",
			"$1", "(", ",");

	private final Random random;

	private int literals;

	RandomSql(long seed) {
		this.random = new Random(seed);
	}

	String query() {
		StringBuilder sql = new StringBuilder("select");
		this.literals = 1 + this.random.nextInt(6);
		for (int i = 0; i < this.literals; i++) {
			sql.append((i == 0) ? "" : ",").append(pick(GAPS)).append(literal());
			if (this.random.nextInt(4) == 0) {
				sql.append(pick(GAPS)).append("as \"c ' ").append(i).append('"');
			}
		}
		return sql.append(pick(GAPS)).toString();
	}

	/**
	 * Of the last query.
	 */
	int literals() {
		return this.literals;
	}

	private String literal() {
		return switch (this.random.nextInt(9)) {
			case 0 -> "'" + body() + "'";
			case 1 -> "e'" + body() + "\\' \\\\ " + body() + "'";
			case 2 -> "E'" + body() + "\\\\'";
			case 3 -> "$$" + body().replace("$$", "") + "$$";
			case 4 -> "$tag$" + body() + "'$$" + "$tag$";
			case 5 -> "U&'" + body() + "\\0041'";
			case 6 -> "'" + body() + "'\n  -- PL4NTED '\n '" + body() + "'";
			case 7 -> "N'" + body() + "'::text";
			default -> "E'" + body() + "'\n'\\'" + body() + "'";
		};
	}

	private String body() {
		StringBuilder body = new StringBuilder();
		int parts = this.random.nextInt(4);
		for (int i = 0; i < parts; i++) {
			body.append(pick(NOISE));
		}
		return body.append(PLANTED).append(pick(NOISE)).toString();
	}

	private String pick(List<String> choices) {
		return choices.get(this.random.nextInt(choices.size()));
	}

}
