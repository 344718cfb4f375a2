package io.nexs.sample.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.nexs.sample.Program;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code compose.yaml}.
 */
class ComposeFileTests {

	private static final List<String> NODES = List.of("primary", "replica-1", "replica-2");

	private static final Pattern DEFAULT = Pattern.compile("\\$\\{[A-Z0-9_]+:-([^}]*)}");

	private static String text() throws IOException {
		return Files.readString(Stack.ROOT.resolve("compose.yaml"));
	}

	/**
	 * The file with the default of each variable in its place.
	 */
	private static Map<String, Map<String, Map<String, Object>>> file() throws IOException {
		return new Yaml().load(DEFAULT.matcher(text()).replaceAll("$1"));
	}

	private static Map<String, Map<String, Object>> services() throws IOException {
		return file().get("services");
	}

	private static List<String> strings(Object list) {
		return (list != null) ? ((List<?>) list).stream().map(Object::toString).toList() : List.of();
	}

	@Test
	void filesThatAreMountedExist() throws IOException {
		List<String> files = new ArrayList<>();
		for (Map<String, Object> service : services().values()) {
			strings(service.get("volumes")).stream().map((each) -> each.split(":")[0]).forEach(files::add);
		}
		file().get("secrets").values().forEach((secret) -> files.add(secret.get("file").toString()));
		assertThat(files).filteredOn((file) -> file.startsWith("."))
			.hasSizeGreaterThan(8)
			.allSatisfy((file) -> assertThat(Stack.ROOT.resolve(file)).exists());
		assertThat(new TreeSet<>(file().get("volumes").keySet()))
			.containsExactlyElementsOf(new TreeSet<>(files.stream().filter((file) -> !file.startsWith(".")).toList()));
	}

	@Test
	void scriptsThatServicesRunExist() throws IOException {
		assertThat(
				Pattern.compile("/etc/nexs/([a-z]+\\.[a-z]+)").matcher(text()).results().map((each) -> each.group(1)))
			.contains("node.sh", "cluster.sh", "tls.sh")
			.allSatisfy((name) -> assertThat(Stack.SCRIPTS.resolve(name)).isRegularFile());
	}

	@Test
	void imagesHaveAVersion() throws IOException {
		assertThat(services().values()).extracting((service) -> service.get("image").toString())
			.allMatch((image) -> image.matches("[a-z0-9/]+:v?\\d+(\\.\\d+)+"));
	}

	@Test
	void portsAreReachedFromThisMachineOnlyAndAreOnThePage() throws IOException {
		String page = Files.readString(Stack.ROOT.resolve("docs/compose.md"));
		for (Map.Entry<String, Map<String, Object>> service : services().entrySet()) {
			assertThat(page).contains("| `" + service.getKey() + "` |");
			for (String port : strings(service.getValue().get("ports"))) {
				assertThat(port).startsWith("127.0.0.1:");
				assertThat(page).containsPattern("\\| `" + service.getKey() + "` \\| `?[^|]*" + port.split(":")[1]);
			}
		}
		assertThat(NODES).map((node) -> services().get(node).get("ports"))
			.containsExactly(List.of("127.0.0.1:5432:5432"), List.of("127.0.0.1:5433:5432"),
					List.of("127.0.0.1:5434:5432"));
	}

	@Test
	void nodesAreOneClusterToSpringBootAndToTheScripts() throws IOException {
		for (String node : NODES) {
			Map<String, Object> service = services().get(node);
			assertThat((Map<?, ?>) service.get("labels")).asString()
				.contains("org.springframework.boot.service-connection=nexs-postgres");
			Map<?, ?> environment = (Map<?, ?>) service.get("environment");
			assertThat(environment.get("NODE")).isEqualTo(node);
			assertThat(environment.get("NODES"))
				.isEqualTo("primary=primary:5432 replica-1=replica-1:5432 replica-2=replica-2:5432");
			// A node that waited for another one to be started could not be its replica
			assertThat(service).doesNotContainKey("depends_on");
		}
	}

	@Test
	void scriptsGetEveryVariableTheyRead() throws IOException {
		String scripts = "";
		for (String name : List.of("nodes.sh", "node.sh", "cluster.sh", "verify.sh", "roles.sql")) {
			scripts += Files.readString(Stack.SCRIPTS.resolve(name));
		}
		List<String> read = Pattern.compile("(?:\\$\\{?|getenv [a-z_]+ )([A-Z]+_[A-Z]+)")
			.matcher(scripts)
			.results()
			.map((each) -> each.group(1))
			.distinct()
			.filter((name) -> !name.equals("BASH_SOURCE"))
			.toList();
		Map<?, ?> environment = (Map<?, ?>) services().get("primary").get("environment");
		assertThat(read).contains("ADMIN_PASSWORD", "POSTGRES_DB")
			.allSatisfy((name) -> assertThat(environment.containsKey(name)).as(name).isTrue());
	}

	@Test
	void serversOfPgAdminAreTheNodes() throws IOException {
		JsonNode servers = JsonMapper.shared()
			.readTree(Files.readString(Stack.SCRIPTS.resolve("pgadmin.json")))
			.get("Servers");
		assertThat(servers.valueStream().map((server) -> server.get("Host").asString()))
			.containsExactlyElementsOf(NODES);
		assertThat(servers.valueStream()).allMatch((server) -> server.get("Username").asString().equals("app")
				&& server.get("MaintenanceDB").asString().equals("orders"));
	}

	@Test
	void dsnIsTheSameWhereverItIsPrinted() throws IOException {
		String dsn = "NEXS_DB_DSN=postgres://app:app@localhost:5432,localhost:5433,localhost:5434/orders\n";
		for (String file : List.of("compose.yaml", "manage.sh", "docs/compose.md", "docs/observability.md")) {
			assertThat(Files.readString(Stack.ROOT.resolve(file))).as(file).contains(dsn);
		}
	}

	@Test
	void profilesAddWhatIsNotNeededAlways() throws IOException {
		Map<String, List<String>> profiles = new TreeMap<>();
		services().forEach((name, service) -> profiles.put(name, strings(service.get("profiles"))));
		assertThat(profiles).containsEntry("pgadmin", List.of("tools"))
			.containsEntry("cache", List.of("cache"))
			.containsEntry("tls", List.of("tls"));
		assertThat(profiles.values()).filteredOn(List::isEmpty).hasSize(6);
	}

	@Test
	void dockerComposeAcceptsTheFile() throws Exception {
		assertThat(Program.run(Stack.ROOT, "docker-compose", "config", "--quiet")).isEmpty();
	}

	@Test
	void dockerComposeAcceptsEveryProfileAndPutsPasswordsOfTheEnvironmentInPlace() throws Exception {
		String config = Program
			.call(Path.of(".."),
					Map.of("APP_PASSWORD", "other-1", "ADMIN_PASSWORD", "other-2", "REPLICATION_PASSWORD", "other-3",
							"PGADMIN_PASSWORD", "other-4"),
					"", "docker-compose", "--profile", "tools", "--profile", "tls", "config")
			.output();
		assertThat(config)
			.contains("POSTGRES_PASSWORD: other-1", "ADMIN_PASSWORD: other-2", "REPLICATION_PASSWORD: other-3",
					"PGADMIN_DEFAULT_PASSWORD: other-4")
			.doesNotContain("PASSWORD: app", "PASSWORD: admin", "PASSWORD: replicator");
	}

}
