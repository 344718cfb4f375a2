package io.nexs.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.nexs.postgres.autoconfigure.NexsDbProperties;
import io.nexs.postgres.routing.BalancerKind;
import io.nexs.postgres.routing.ReadPreference;
import io.nexs.postgres.routing.RouteReason;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation says is so.
 */
class DocumentationTests extends AbstractSampleTests {

	private static final Path ROOT = Path.of("..");

	private static final int LONGEST_README = 150;

	@Test
	void readmeIsShort() throws IOException {
		assertThat(read("README.md").lines().count()).isLessThan(LONGEST_README);
	}

	@Test
	void yamlOfTheReadmeBinds() throws IOException {
		NexsDbProperties properties = bind(block(read("README.md"), "yaml"));
		assertThat(properties.dsn()).startsWith("postgres://");
		assertThat(properties.replicas()).hasSize(2).allMatch((replica) -> replica.dsn() != null);
		assertThat(properties.replicas().get(1).weight()).isEqualTo(2);
		assertThat(properties.pool().maxConns()).isEqualTo(20);
		assertThat(properties.read().maxLag()).hasSeconds(5);
	}

	@Test
	void keysOfTheReadmeExist() throws IOException {
		String metadata = "";
		for (URL resource : Collections.list(
				NexsDbProperties.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream content = resource.openStream()) {
				metadata += new String(content.readAllBytes(), StandardCharsets.UTF_8);
			}
		}
		String known = metadata;
		for (String page : List.of("README.md", "docs/routing.md")) {
			List<String> keys = find(read(page), "`(nexs\\.db\\.[a-z.-]+)`");
			assertThat(keys).as(page).isNotEmpty();
			assertThat(keys).as(page).allSatisfy((key) -> assertThat(known).contains("\"name\": \"" + key + "\""));
		}
	}

	@Test
	void metersOfTheReadmeExist() throws IOException {
		post("/orders", order("ada", "book"));
		get("/orders?customer=ada");
		String meters = new String(get("/actuator/prometheus").body(), StandardCharsets.UTF_8);
		List<String> names = find(block(read("README.md"), "text prometheus"), "(?m)^([a-z_]+)[ {]");
		assertThat(names).isNotEmpty()
			.allSatisfy((name) -> assertThat(meters).containsPattern("(?m)^" + name + "[ {]"));
	}

	@Test
	void endpointsOfTheReadmeAnswer() throws IOException {
		List<String> paths = find(read("README.md"), "(/actuator/[a-z0-9/-]+)");
		assertThat(paths).contains("/actuator/health", "/actuator/nexsdb", "/actuator/prometheus")
			.allSatisfy((path) -> assertThat(get(path).status()).as(path).isEqualTo(200));
	}

	@Test
	void linksOfTheReadmeLeadSomewhere() throws IOException {
		assertThat(find(read("README.md"), "\\]\\((docs/[a-z.]+)\\)")).isNotEmpty()
			.allSatisfy((link) -> assertThat(ROOT.resolve(link)).exists());
	}

	@Test
	void reasonsOfTheRoutingPageAreThoseOfTheCode() throws IOException {
		List<String> reasons = firstColumn(section(read("docs/routing.md"), "Reasons"));
		assertThat(reasons)
			.containsExactly(Stream.of(RouteReason.values()).map(RouteReason::tag).toArray(String[]::new));
	}

	@Test
	void preferencesAndBalancersOfTheRoutingPageAreThoseOfTheCode() throws IOException {
		String page = read("docs/routing.md");
		assertThat(firstColumn(section(page, "Read preferences"))).containsExactly(tags(ReadPreference.values()));
		assertThat(firstColumn(section(page, "Balancers"))).containsExactly(tags(BalancerKind.values()));
	}

	private static String[] tags(Enum<?>[] values) {
		return Arrays.stream(values)
			.map((value) -> value.name().toLowerCase().replace('_', '-'))
			.toArray(String[]::new);
	}

	private static List<String> firstColumn(String section) {
		return find(section, "(?m)^\\| `([a-z-]+)`");
	}

	private static String section(String page, String title) {
		return page.substring(page.indexOf("\n## " + title + "\n")).split("\n## ", 3)[1];
	}

	private static String block(String page, String language) {
		List<String> blocks = find(page, "(?s)```" + language + "\n(.*?)```");
		assertThat(blocks).as("block of %s", language).hasSize(1);
		return blocks.get(0);
	}

	private static List<String> find(String text, String pattern) {
		return Pattern.compile(pattern)
			.matcher(text)
			.results()
			.map((MatchResult match) -> match.group(1))
			.distinct()
			.toList();
	}

	private static NexsDbProperties bind(String yaml) throws IOException {
		MutablePropertySources sources = new MutablePropertySources();
		for (PropertySource<?> source : new YamlPropertySourceLoader().load("README",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))) {
			sources.addLast(source);
		}
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((source) -> environment.getPropertySources().remove(source.getName()));
		sources.forEach(environment.getPropertySources()::addLast);
		return Binder.get(environment).bind("nexs.db", NexsDbProperties.class).get();
	}

	private static String read(String page) throws IOException {
		return Files.readString(ROOT.resolve(page));
	}

}
