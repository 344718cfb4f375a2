package io.nexs.postgres.starter.frameworks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes down what the servers said. When the tests of a framework have run its column is
 * compared with the one in the documentation; when all tests have run the whole is
 * written beside the test reports.
 */
final class Matrix implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {

	private static final Path DOCUMENT = Path.of("..", "docs", "frameworks.md");

	private static final Path RECORDED = Path.of("target", "frameworks-matrix.md");

	private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Matrix.class);

	private static final Map<Framework, Map<Row, String>> said = new EnumMap<>(Framework.class);

	/**
	 * Notes what a framework met.
	 */
	static void record(Framework framework, Row row, String outcome) {
		said.computeIfAbsent(framework, (key) -> new EnumMap<>(Row.class)).put(row, outcome);
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(Matrix.class, (type) -> (AutoCloseable) Matrix::write, AutoCloseable.class);
		context.getStore(NAMESPACE).put("passed", new AtomicInteger());
	}

	@Override
	public void afterTestExecution(ExtensionContext context) {
		boolean plain = AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), Test.class);
		if (plain && context.getExecutionException().isEmpty()) {
			context.getStore(NAMESPACE).get("passed", AtomicInteger.class).incrementAndGet();
		}
	}

	/**
	 * A part of the tests is compared for the rows it has; all tests have to have all
	 * rows.
	 */
	@Override
	public void afterAll(ExtensionContext context) throws IOException {
		if (!(context.getRequiredTestInstance() instanceof FrameworkContract contract)) {
			return;
		}
		Map<Row, String> column = said.getOrDefault(contract.framework(), Map.of());
		Map<Row, String> documented = MatrixTable.column(Files.readString(DOCUMENT), contract.framework());
		if (context.getStore(NAMESPACE).get("passed", AtomicInteger.class).get() == tests(context)) {
			assertThat(column).containsOnlyKeys(Row.values());
		}
		else {
			documented.keySet().retainAll(column.keySet());
		}
		assertThat(documented)
			.as("the column of %s in docs/frameworks.md; the tests wrote target/%s", contract.framework().text(),
					RECORDED.getFileName())
			.isEqualTo(column);
	}

	private static int tests(ExtensionContext context) {
		return AnnotationSupport
			.findAnnotatedMethods(context.getRequiredTestClass(), Test.class, HierarchyTraversalMode.TOP_DOWN)
			.size();
	}

	private static void write() {
		try {
			Files.writeString(RECORDED, MatrixTable.render(said));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
