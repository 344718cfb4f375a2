package io.nexs.sample.order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import com.sun.source.util.JavacTask;

/**
 * Compiles snippets as they are, or, when they are fragments, as statements of a method
 * or members of a class, in the package of the sample's orders. An ellipsis in braces
 * stands for a body. A snippet that begins with its package is a whole file, and has all
 * its imports. Nothing is written.
 */
final class SnippetCompiler {

	private static final String CLASS_PATH = System.getProperty("surefire.test.class.path",
			System.getProperty("java.class.path"));

	/**
	 * What a reader would let the IDE import.
	 */
	private static final String IMPORTS = Stream
		.of("java.sql", "java.time", "java.util", "javax.sql", "io.nexs.postgres.autoconfigure",
				"io.nexs.postgres.cluster", "io.nexs.postgres.embedded", "io.nexs.postgres.error",
				"io.nexs.postgres.failover", "io.nexs.postgres.hook", "io.nexs.postgres.retry", "io.nexs.postgres.pool",
				"io.nexs.postgres.routing", "org.junit.jupiter.api", "org.springframework.context.annotation",
				"org.springframework.context.event", "org.springframework.core.annotation",
				"org.springframework.jdbc.core", "org.springframework.jdbc.core.simple",
				"org.springframework.scheduling.annotation", "org.springframework.stereotype",
				"org.springframework.transaction.annotation", "org.springframework.transaction.support",
				"org.springframework.web.bind.annotation")
		.map((name) -> "import " + name + ".*;")
		.collect(Collectors.joining(" "));

	private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

	/**
	 * Compiles a snippet.
	 * @return the errors, none if it is right
	 */
	List<String> errors(Snippet snippet) {
		if (snippet.code().startsWith("package ")) {
			return errors(snippet.code(), true);
		}
		String code = snippet.code().replace("{ ... }", "{ throw new UnsupportedOperationException(); }");
		String imports = lines(code, true);
		String rest = lines(code, false);
		List<UnaryOperator<String>> forms = List.of((text) -> text,
				(text) -> "class Fragment { void run(" + snippet.given() + ") throws Exception {\n" + text + "} }",
				(text) -> "abstract class Fragment { " + fields(snippet.given()) + "\n" + text + "}");
		List<String> errors = List.of();
		for (UnaryOperator<String> form : forms) {
			String source = "package io.nexs.sample.order; " + IMPORTS + imports + form.apply(rest);
			errors = errors(source, false);
			if (errors.isEmpty()) {
				return errors(source, true);
			}
		}
		return errors;
	}

	private List<String> errors(String source, boolean analyze) {
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		JavacTask task = (JavacTask) this.compiler.getTask(null, null, diagnostics,
				List.of("-proc:none", "--release", "17", "-cp", CLASS_PATH), null, List.of(new Source(source)));
		try {
			task.parse();
			if (analyze) {
				task.analyze();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return diagnostics.getDiagnostics()
			.stream()
			.filter((diagnostic) -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
			.map(Object::toString)
			.toList();
	}

	private static String lines(String code, boolean imports) {
		return code.lines()
			.filter((line) -> line.startsWith("import ") == imports)
			.collect(Collectors.joining("\n", imports ? " " : "", "\n"));
	}

	private static String fields(String given) {
		return given.isEmpty() ? "" : given.replace(", ", "; ") + ";";
	}

	/**
	 * A source that is in no file.
	 */
	private static final class Source extends SimpleJavaFileObject {

		private static final Pattern PUBLIC = Pattern.compile("(?m)^public (?:class|interface|enum|record) (\\w+)");

		private final String text;

		Source(String text) {
			super(URI.create("string:///" + name(text) + ".java"), Kind.SOURCE);
			this.text = text;
		}

		private static String name(String text) {
			Matcher matcher = PUBLIC.matcher(text);
			return matcher.find() ? matcher.group(1) : "Fragment";
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.text;
		}

	}

}
