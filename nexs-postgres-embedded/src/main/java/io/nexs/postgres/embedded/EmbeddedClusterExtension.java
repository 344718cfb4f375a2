package io.nexs.postgres.embedded;

import java.lang.reflect.Parameter;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * JUnit Jupiter extension that runs one {@link EmbeddedCluster} for a test class and its
 * nested classes. It is registered by {@link UseEmbeddedCluster} or as a static field
 * with {@code @RegisterExtension}. Test methods take an {@link EmbeddedCluster}, or an
 * {@link EmbeddedNode} (the primary, or the one {@link NodeId} names), or the DSN of a
 * {@link FreshDatabase}, as parameters.
 */
public final class EmbeddedClusterExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(EmbeddedClusterExtension.class);

	private final Consumer<EmbeddedClusterBuilder> customizer;

	private volatile @Nullable EmbeddedCluster current;

	EmbeddedClusterExtension() {
		this((builder) -> {
		});
	}

	private EmbeddedClusterExtension(Consumer<EmbeddedClusterBuilder> customizer) {
		this.customizer = customizer;
	}

	/**
	 * Create an extension for a cluster.
	 * @param customizer what sets up the cluster's builder
	 * @return the extension
	 */
	public static EmbeddedClusterExtension with(Consumer<EmbeddedClusterBuilder> customizer) {
		return new EmbeddedClusterExtension(customizer);
	}

	/**
	 * Return the running cluster.
	 * @return the cluster
	 * @throws IllegalStateException outside of the test class
	 */
	public EmbeddedCluster cluster() {
		EmbeddedCluster cluster = this.current;
		if (cluster == null) {
			throw new IllegalStateException("The cluster runs only while the tests of its class do");
		}
		return cluster;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		Store store = context.getStore(NAMESPACE);
		if (store.get(this) == null) {
			EmbeddedCluster cluster = builder(context).start();
			this.current = cluster;
			store.put(this, cluster);
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		// A nested class finds its outer class's cluster but has none to remove.
		EmbeddedCluster cluster = context.getStore(NAMESPACE).remove(this, EmbeddedCluster.class);
		if (cluster != null) {
			this.current = null;
			cluster.close();
		}
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		Class<?> type = parameter.getParameter().getType();
		return type == EmbeddedCluster.class || type == EmbeddedNode.class
				|| (type == String.class && parameter.isAnnotated(FreshDatabase.class));
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		EmbeddedCluster cluster = cluster();
		if (parameter.getParameter().getType() == EmbeddedCluster.class) {
			return cluster;
		}
		FreshDatabase fresh = parameter.getParameter().getAnnotation(FreshDatabase.class);
		return (fresh != null) ? freshDatabase(cluster, fresh, context) : node(cluster, parameter.getParameter());
	}

	/**
	 * JUnit closes what is in the store of a test when that has ended.
	 */
	private static String freshDatabase(EmbeddedCluster cluster, FreshDatabase fresh, ExtensionContext context) {
		TestDatabase database = TestDatabase.create(cluster, fresh.template());
		context.getStore(NAMESPACE).put(database.name(), database);
		return database.dsn();
	}

	private static EmbeddedNode node(EmbeddedCluster cluster, Parameter parameter) {
		NodeId id = parameter.getAnnotation(NodeId.class);
		return (id != null) ? cluster.node(id.value()) : cluster.primary();
	}

	private EmbeddedClusterBuilder builder(ExtensionContext context) {
		EmbeddedClusterBuilder builder = EmbeddedCluster.builder();
		Optional<UseEmbeddedCluster> annotation = AnnotationSupport.findAnnotation(context.getRequiredTestClass(),
				UseEmbeddedCluster.class);
		annotation.ifPresent((found) -> apply(found, builder));
		this.customizer.accept(builder);
		return builder;
	}

	private static void apply(UseEmbeddedCluster annotation, EmbeddedClusterBuilder builder) {
		builder.replicas(annotation.replicas()).supervised(annotation.supervised()).database(annotation.database());
		for (String parameter : annotation.parameters()) {
			String[] parts = parameter.split("=", 2);
			if (parts.length != 2) {
				throw new IllegalArgumentException("Not of the form name=value: " + parameter);
			}
			builder.parameter(parts[0].strip(), parts[1].strip());
		}
	}

}
