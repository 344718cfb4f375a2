package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import io.nexs.postgres.routing.RoutingDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.ssl.NonValidatingFactory;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a native image keeps for us. No native image is built here.
 */
class NexsDbRuntimeHintsTests {

	private static final String SCRIPT = "io/nexs/postgres/embedded/reap.sh";

	private final RuntimeHints hints = new RuntimeHints();

	@Test
	void settersOfHikariConfigMayBeCalledAndItsFieldsCopied() {
		register(getClass().getClassLoader());
		List<Method> setters = Arrays.stream(HikariConfig.class.getMethods())
			.filter((method) -> method.getName().startsWith("set"))
			.toList();
		assertThat(setters).isNotEmpty()
			.allMatch((method) -> RuntimeHintsPredicates.reflection().onMethodInvocation(method).test(this.hints));
		List<Field> fields = Arrays.stream(HikariConfig.class.getDeclaredFields())
			.filter((field) -> !Modifier.isStatic(field.getModifiers()))
			.toList();
		assertThat(fields).isNotEmpty()
			.allMatch((field) -> RuntimeHintsPredicates.reflection().onFieldAccess(field).test(this.hints));
	}

	@ParameterizedTest
	@ValueSource(classes = { LibPQFactory.class, NonValidatingFactory.class })
	void factoryOfTheDriverMayBeMadeByName(Class<?> factory) {
		register(getClass().getClassLoader());
		assertThat(factory.getConstructors()).isNotEmpty()
			.allMatch((constructor) -> RuntimeHintsPredicates.reflection()
				.onConstructorInvocation(constructor)
				.test(this.hints));
	}

	@ParameterizedTest
	@ValueSource(strings = { "getUrl", "getUsername", "getPassword" })
	void addressOfTheDataSourceMayBeAskedFor(String getter) {
		register(getClass().getClassLoader());
		Method method = ReflectionUtils.findMethod(RoutingDataSource.class, getter);
		assertThat(method).isNotNull();
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method)).accepts(this.hints);
	}

	@Test
	void programsOfTheEmbeddedClusterAreKept() throws IOException {
		register(getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.resource().forResource(SCRIPT)).accepts(this.hints);
		assertThat(getClass().getClassLoader().getResource(SCRIPT)).isNotNull();
		assertThat(new PathMatchingResourcePatternResolver().getResources("classpath*:postgres-*.txz")).isNotEmpty()
			.allMatch((archive) -> RuntimeHintsPredicates.resource()
				.forResource(String.valueOf(archive.getFilename()))
				.test(this.hints));
	}

	@Test
	void nothingIsKeptForAnEmbeddedClusterThatIsNotThere() {
		register(new FilteredClassLoader("io.nexs.postgres.embedded"));
		assertThat(RuntimeHintsPredicates.resource().forResource(SCRIPT)).rejects(this.hints);
	}

	private void register(ClassLoader classLoader) {
		new NexsDbRuntimeHints().registerHints(this.hints, classLoader);
	}

}
