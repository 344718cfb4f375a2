package io.nexs.postgres.autoconfigure;

import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import io.nexs.postgres.routing.RoutingDataSource;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * What is reached by name at run time: HikariCP sets what {@code nexs.db.pool.hikari}
 * names, and copies its own fields; pgjdbc makes the factories its properties name; the
 * embedded cluster reads its programs; Boot's {@code DataSourceBuilder} asks the routing
 * data source for address and credentials.
 */
final class NexsDbRuntimeHints implements RuntimeHintsRegistrar {

	private static final String EMBEDDED = "io.nexs.postgres.embedded.EmbeddedCluster";

	/**
	 * Those pgjdbc brings along for {@code sslfactory}, {@code sslhostnameverifier} and
	 * the like. A factory of the application needs a hint of the application.
	 */
	private static final List<String> FACTORIES = List.of("io.nexs.postgres.pool.NodeSocketFactory",
			"io.nexs.postgres.pool.NodeSslFactory", "org.postgresql.ssl.LibPQFactory",
			"org.postgresql.ssl.DefaultJavaSSLFactory", "org.postgresql.ssl.NonValidatingFactory",
			"org.postgresql.ssl.SingleCertValidatingFactory", "org.postgresql.ssl.PGjdbcHostnameVerifier");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerType(HikariConfig.class, MemberCategory.INVOKE_PUBLIC_METHODS,
					MemberCategory.ACCESS_DECLARED_FIELDS)
			.registerType(RoutingDataSource.class, MemberCategory.INVOKE_PUBLIC_METHODS,
					MemberCategory.INVOKE_DECLARED_METHODS);
		for (String factory : FACTORIES) {
			hints.reflection().registerTypeIfPresent(classLoader, factory, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		}
		if (ClassUtils.isPresent(EMBEDDED, classLoader)) {
			hints.resources().registerPattern("postgres-*.txz").registerPattern("io/nexs/postgres/embedded/*.sh");
		}
	}

}
