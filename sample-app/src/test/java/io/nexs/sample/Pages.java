package io.nexs.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pages of the documentation.
 */
public final class Pages {

	/**
	 * The root of the repository.
	 */
	public static final Path ROOT = Path.of("..");

	private Pages() {
	}

	/**
	 * All pages.
	 * @return README, CONTRIBUTING, CHANGELOG, that of the benchmarks and those in
	 * {@code docs}
	 */
	public static List<Path> all() {
		Stream<Path> others = Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")
			.map(ROOT::resolve);
		return Stream.concat(others, docs().stream()).toList();
	}

	/**
	 * The pages in {@code docs}.
	 * @return the pages, by name
	 */
	public static List<Path> docs() {
		try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
			return files.filter((file) -> file.toString().endsWith(".md")).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The text of a page.
	 * @param page file of the page
	 * @return the text
	 */
	public static String read(Path page) {
		try {
			return Files.readString(page);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A page without its blocks of code.
	 * @param page file of the page
	 * @return the text
	 */
	static String prose(Path page) {
		return read(page).replaceAll("(?ms)^```.*?^```$", "");
	}

}
