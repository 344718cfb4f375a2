package io.nexs.postgres.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.PostgresDsn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link ServiceBindingEnvironmentPostProcessor}, in applications that find it
 * in {@code spring.factories}. No server is needed.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServiceBindingTests {

	@TempDir
	private Path folder;

	private final Map<String, String> variables = new HashMap<>();

	private String configuration = "";

	@Test
	void dsnWhenThereIsOneBindingIsOfItsEntries() throws IOException {
		bind("orders", Map.of("type", "postgresql\n", "provider", "cnpg", "host", "h1", "port", "5433\n", "database",
				"or ders", "username", "app", "password", "p&ss=w+rd %/\n", "sslmode", "require"));
		bind("cache", Map.of("type", "redis", "host", "h9"));
		Node node = node(run());
		assertThat(node.address()).hasToString("h1:5433");
		assertThat(node.dsn().database()).isEqualTo("or ders");
		assertThat(node.dsn().username()).isEqualTo("app");
		assertThat(node.dsn().password()).isEqualTo("p&ss=w+rd %/");
		assertThat(node.dsn().parameters()).isEqualTo(Map.of("sslmode", "require"));
	}

	@Test
	void dsnWhenTheBindingHasAUriIsThatWithItsCredentials() throws IOException {
		bind("orders", Map.of("type", "PostgreSQL", "uri", "postgresql://h1:5433,h2/orders?sslmode=require", "username",
				"app", "password", "secret", "host", "ignored"));
		NexsDbProperties properties = run();
		assertThat(NodesFactory.configured(properties, AddressOrigin.PROPERTIES).nodes()).extracting(Node::dsn)
			.containsExactly(PostgresDsn.parse("postgres://app:secret@h1:5433/orders?sslmode=require"),
					PostgresDsn.parse("postgres://app:secret@h2/orders?sslmode=require"));
	}

	@Test
	void certificateWhenItIsAFileOfTheBindingIsFound() throws IOException {
		Path binding = bind("orders",
				Map.of("type", "postgresql", "jdbc-url", "jdbc:postgresql://h1/orders", "sslrootcert", "ca.crt"));
		assertThat(node(run()).dsn().parameters()).containsEntry("sslrootcert", binding.resolve("ca.crt").toString());
	}

	@Test
	void dsnWhenConfiguredOtherwiseIsThatOfTheConfiguration() throws IOException {
		bind("orders", Map.of("type", "postgresql", "host", "h1"));
		this.configuration = "nexs.db.dsn=postgres://file\n";
		assertThat(run().dsn()).isEqualTo("postgres://file");
		this.configuration = "nexs.db.replicas[0].dsn=postgres://file\n";
		assertThat(run().dsn()).isNull();
		this.configuration = "spring.datasource.url=jdbc:postgresql://file/orders\n";
		assertThat(run().dsn()).isNull();
	}

	@Test
	void dsnWhenTheBindingIsNamedWinsOverTheFileAndLosesToTheVariable() throws IOException {
		bind("orders", Map.of("type", "postgresql", "host", "h1"));
		this.configuration = "nexs.db.dsn=postgres://file\nnexs.db.service-bindings=orders\n";
		assertThat(node(run()).address()).hasToString("h1:5432");
		this.variables.put("NEXS_DB_DSN", "postgres://variable");
		assertThat(run().dsn()).isEqualTo("postgres://variable");
	}

	@Test
	void nodesWhenSeveralBindingsAreNamedAreThoseOfAllInOrder() throws IOException {
		bind("a", Map.of("type", "postgresql", "host", "h1", "username", "app", "password", "secret", "database", "x"));
		bind("b", Map.of("host", "h2"));
		bind("c", Map.of("type", "postgresql", "host", "h3"));
		this.variables.put("NEXS_DB_SERVICEBINDINGS", "c, a, b");
		assertThat(NodesFactory.configured(run(), AddressOrigin.PROPERTIES).nodes())
			.extracting((node) -> node.address().host())
			.containsExactly("h3", "h1", "h2");
	}

	@Test
	void dsnWhenSeveralBindingsAreThereAndNoneIsNamedIsNotGuessed(CapturedOutput output) throws IOException {
		bind("a", Map.of("type", "postgresql", "host", "h1"));
		bind("b", Map.of("type", "postgresql", "host", "h2"));
		assertThat(run().dsn()).isNull();
		assertThat(output).contains("Of the service bindings [a, b] none is used: name those of the cluster in"
				+ " 'nexs.db.service-bindings'");
	}

	@Test
	void dsnWhenSwitchedOffIsNotSet() throws IOException {
		bind("orders", Map.of("type", "postgresql", "host", "h1"));
		this.configuration = "nexs.db.enabled=false\n";
		assertThat(run().dsn()).isNull();
	}

	@Test
	void startWhenANamedBindingIsMissingSaysWhatThereIs(CapturedOutput output) throws IOException {
		bind("orders", Map.of("type", "postgresql", "host", "h1", "password", "Pl4nted"));
		this.configuration = "nexs.db.service-bindings=order\n";
		assertThat(catchThrowable(this::run)).isInstanceOf(InvalidSettingException.class);
		assertThat(output).contains("names 'order', but the bindings there are are [orders]").doesNotContain("Pl4nted");
	}

	@Test
	void startWhenTheBindingNamesNoServerSaysWhatIsMissing() throws IOException {
		bind("orders", Map.of("type", "postgresql", "password", "Pl4nted"));
		assertThat(catchThrowable(this::run)).isInstanceOf(InvalidSettingException.class)
			.hasMessageContaining("'orders', which has no entry 'uri', 'jdbc-url' or 'host'")
			.hasMessageNotContaining("Pl4nted");
	}

	@Test
	void startWhenTheDsnOfABindingIsMalformedNamesTheBindingAndNotThePassword(CapturedOutput output)
			throws IOException {
		bind("orders", Map.of("type", "postgresql", "uri", "mysql://app:Pl4nted@h1/orders"));
		NexsDbProperties properties = run();
		assertThat(catchThrowable(() -> NodesFactory.configured(properties, AddressOrigin.PROPERTIES).nodes()))
			.hasMessageContaining("nexs.db.dsn")
			.hasMessageNotContaining("Pl4nted");
		assertThat(output).doesNotContain("Pl4nted");
	}

	private Path bind(String name, Map<String, String> entries) throws IOException {
		Path root = this.folder.resolve("bindings");
		Path binding = Files.createDirectories(root.resolve(name));
		for (Map.Entry<String, String> entry : entries.entrySet()) {
			Files.writeString(binding.resolve(entry.getKey()), entry.getValue());
		}
		this.variables.put("SERVICE_BINDING_ROOT", root.toString());
		return binding;
	}

	private static Node node(NexsDbProperties properties) {
		assertThat(properties.dsn()).isNotNull();
		return NodesFactory.configured(properties, AddressOrigin.PROPERTIES).nodes().get(0);
	}

	private NexsDbProperties run() {
		ConfiguredApplication application = new ConfiguredApplication(Properties.class, this.variables, Map.of(),
				this.folder, this.configuration);
		try (ConfigurableApplicationContext context = application.run()) {
			return context.getBean(NexsDbProperties.class);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(NexsDbProperties.class)
	static class Properties {

	}

}
