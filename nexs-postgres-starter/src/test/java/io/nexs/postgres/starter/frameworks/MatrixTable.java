package io.nexs.postgres.starter.frameworks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The matrix as a table in Markdown.
 */
final class MatrixTable {

	private static final String BEGIN = "<!-- matrix: begin -->";

	private static final String END = "<!-- matrix: end -->";

	private MatrixTable() {
	}

	static String render(Map<Framework, Map<Row, String>> said) {
		List<String> lines = new ArrayList<>();
		lines.add(BEGIN);
		lines.add(line("", Arrays.stream(Framework.values()).map(Framework::text).toList()));
		lines.add(line("---", Arrays.stream(Framework.values()).map((framework) -> "---").toList()));
		for (Row row : Row.values()) {
			lines.add(line(row.text(),
					Arrays.stream(Framework.values())
						.map((framework) -> said.getOrDefault(framework, Map.of()).getOrDefault(row, "not run"))
						.toList()));
		}
		lines.add(END);
		return String.join("\n", lines) + "\n";
	}

	private static String line(String first, List<String> cells) {
		return "| " + first + " | " + String.join(" | ", cells) + " |";
	}

	/**
	 * A column of the table in a document.
	 * @throws IllegalStateException if the document has no such table
	 */
	static Map<Row, String> column(String document, Framework framework) {
		int begin = document.indexOf(BEGIN);
		int end = document.indexOf(END);
		if (begin < 0 || end < begin) {
			throw new IllegalStateException("The document has no table between " + BEGIN + " and " + END);
		}
		List<List<String>> lines = document.substring(begin + BEGIN.length(), end)
			.strip()
			.lines()
			.map(MatrixTable::cells)
			.toList();
		int index = lines.get(0).indexOf(framework.text());
		if (index < 0) {
			throw new IllegalStateException("The table has no column '" + framework.text() + "'");
		}
		Map<Row, String> column = new EnumMap<>(Row.class);
		for (List<String> line : lines.subList(2, lines.size())) {
			column.put(row(line.get(0)), line.get(index));
		}
		return column;
	}

	private static Row row(String text) {
		return Arrays.stream(Row.values())
			.filter((row) -> row.text().equals(text))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No test writes the row '" + text + "'"));
	}

	private static List<String> cells(String line) {
		String[] parts = line.split("\\|", -1);
		return Arrays.stream(parts, 1, parts.length - 1).map(String::strip).toList();
	}

}
