package io.nexs.postgres.autoconfigure;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Makes {@code nexs.db.dsn} and, for more than one, {@code nexs.db.replicas} from the
 * service bindings under {@code SERVICE_BINDING_ROOT}.
 * <p>
 * Bindings that {@code nexs.db.service-bindings} names rank just below the environment
 * variables, so they win over configuration files. Without that key a binding is used if
 * it is the only one of the type {@code postgresql} and nothing else names a server.
 */
final class ServiceBindingEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	static final String SOURCE_NAME = "nexsDbServiceBindings";

	static final String ROOT = "SERVICE_BINDING_ROOT";

	private static final String KEY = "nexs.db.service-bindings";

	private final DeferredLogFactory logs;

	ServiceBindingEnvironmentPostProcessor(DeferredLogFactory logs) {
		this.logs = logs;
	}

	/**
	 * After configuration files are read, since they may name bindings and servers.
	 */
	@Override
	public int getOrder() {
		return ConfigDataEnvironmentPostProcessor.ORDER + 1;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		String root = environment.getProperty(ROOT);
		MutablePropertySources sources = environment.getPropertySources();
		if (!StringUtils.hasText(root) || sources.contains(SOURCE_NAME)
				|| !environment.getProperty("nexs.db.enabled", Boolean.class, true)) {
			return;
		}
		List<ServiceBinding> bindings = ServiceBinding.under(Path.of(root));
		List<String> names = Binder.get(environment).bind(KEY, Bindable.listOf(String.class)).orElse(List.of());
		if (names.isEmpty()) {
			ServiceBinding only = only(bindings, environment);
			if (only != null) {
				sources.addLast(source(List.of(only)));
			}
			return;
		}
		PropertySource<?> source = source(names.stream().map((name) -> named(name, bindings)).toList());
		if (sources.contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
			sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, source);
		}
		else {
			sources.addFirst(source);
		}
	}

	private @Nullable ServiceBinding only(List<ServiceBinding> bindings, ConfigurableEnvironment environment) {
		List<ServiceBinding> postgres = bindings.stream().filter(ServiceBinding::isPostgres).toList();
		if (postgres.isEmpty() || OnRoutedDataSourceCondition.hasServers(environment)
				|| StringUtils.hasText(environment.getProperty(Addresses.SPRING_URL))
				|| StringUtils.hasText(environment.getProperty("spring.datasource.jndi-name"))) {
			return null;
		}
		if (postgres.size() > 1) {
			this.logs.getLog(ServiceBindingEnvironmentPostProcessor.class)
				.warn("Of the service bindings " + postgres.stream().map(ServiceBinding::name).toList()
						+ " none is used: name those of the cluster in '" + KEY + "'");
			return null;
		}
		return postgres.get(0);
	}

	private static ServiceBinding named(String name, List<ServiceBinding> bindings) {
		return bindings.stream()
			.filter((binding) -> binding.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new InvalidSettingException(KEY,
					"names '" + name + "', but the bindings there are are "
							+ bindings.stream().map(ServiceBinding::name).toList(),
					"Correct the name, or mount the binding under " + ROOT + "."));
	}

	private static PropertySource<?> source(List<ServiceBinding> bindings) {
		Map<String, Object> values = new LinkedHashMap<>();
		for (int i = 0; i < bindings.size(); i++) {
			ServiceBinding binding = bindings.get(i);
			String dsn = binding.dsn();
			if (dsn == null) {
				throw new InvalidSettingException(KEY,
						"leads to the binding '" + binding.name() + "', which has no entry 'uri', 'jdbc-url' or 'host'",
						"Correct the binding, or set 'nexs.db.dsn'.");
			}
			values.put((i == 0) ? "nexs.db.dsn" : "nexs.db.replicas[" + (i - 1) + "].dsn",
					OriginTrackedValue.of(dsn, new BindingOrigin(binding.name())));
		}
		return new OriginTrackedMapPropertySource(SOURCE_NAME, values);
	}

	/**
	 * Where a value comes from.
	 *
	 * @param binding name of the binding
	 */
	private record BindingOrigin(String binding) implements Origin {

		@Override
		public String toString() {
			return "service binding '" + this.binding + "'";
		}

	}

}
