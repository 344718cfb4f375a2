package io.nexs.sample;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.tools.ToolProvider;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application of {@code docs/getting-started.md} is compiled and run as it stands
 * there, on the servers of the sample, and answers as the page says. {@code .ci/stranger}
 * does the same by hand, with Maven in a new folder.
 */
class GettingStartedTests extends AbstractSampleTests {

	private static final String PAGE = Pages.read(Pages.ROOT.resolve("docs/getting-started.md"));

	private static final Pattern FILE = Pattern.compile("(?s)\\n(?:[^\\n]* )?`(\\S+)`:\\n\\n```\\w+\\n(.*?)```\\n");

	private static final Pattern CALL = Pattern
		.compile("(?m)^\\$ curl (-X POST )?http://localhost:8080(\\S+)\\n(.*\\n)");

	@TempDir
	private Path folder;

	@Test
	void applicationOfThePageWhenRunAnswersAsThePageSays() throws Exception {
		Map<String, String> files = FILE.matcher(PAGE)
			.results()
			.collect(Collectors.toMap((match) -> match.group(1), (match) -> match.group(2), (a, b) -> a, TreeMap::new));
		assertThat(files).containsOnlyKeys("pom.xml", "src/main/java/com/example/shop/Items.java",
				"src/main/java/com/example/shop/ShopApplication.java", "src/main/resources/application.yml");
		write(files);
		compile(files);
		try (URLClassLoader loader = new URLClassLoader(new URL[] { this.folder.toUri().toURL() },
				getClass().getClassLoader()); ConfigurableApplicationContext context = run(loader)) {
			int port = ((WebServerApplicationContext) context).getWebServer().getPort();
			answersAsThePageSays("http://localhost:" + port);
		}
		finally {
			try (Connection connection = this.cluster.primary().connect();
					Statement statement = connection.createStatement()) {
				statement.execute("drop table if exists item");
			}
		}
	}

	private void answersAsThePageSays(String base) throws Exception {
		Iterator<MatchResult> calls = CALL.matcher(PAGE).results().iterator();
		assertThat(withoutPort(call(base, calls.next()))).isEqualTo("book to primary\n");
		awaitReplay();
		List<String> answers = new ArrayList<>();
		MatchResult first = calls.next();
		MatchResult second = calls.next();
		assertThat(calls).isExhausted();
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
			answers.clear();
			answers.add(call(base, first));
			answers.add(call(base, second));
			assertThat(answers).doesNotHaveDuplicates()
				.allMatch((answer) -> withoutPort(answer).equals("book from replica\n"));
		});
	}

	private ConfigurableApplicationContext run(ClassLoader loader) throws ClassNotFoundException {
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(loader),
				loader.loadClass("com.example.shop.ShopApplication"));
		return application.run("--server.port=0", "--nexs.db.dsn=" + this.cluster.dsn(),
				"--spring.flyway.enabled=false",
				"--spring.config.location=" + this.folder.resolve("src/main/resources/application.yml").toUri());
	}

	private void write(Map<String, String> files) throws IOException {
		for (Map.Entry<String, String> file : files.entrySet()) {
			Path path = this.folder.resolve(file.getKey());
			Files.createDirectories(path.getParent());
			Files.writeString(path, file.getValue());
		}
	}

	private void compile(Map<String, String> files) {
		List<String> arguments = new ArrayList<>(
				List.of("-parameters", "-proc:none", "--release", "17", "-d", this.folder.toString(), "-cp",
						System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
		files.keySet()
			.stream()
			.filter((name) -> name.endsWith(".java"))
			.map((name) -> this.folder.resolve(name).toString())
			.forEach(arguments::add);
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	/**
	 * What the answer to a call is, checked against the line the page shows below it.
	 */
	private static String call(String base, MatchResult call) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(base + call.group(2)))
			.method((call.group(1) != null) ? "POST" : "GET", HttpRequest.BodyPublishers.noBody())
			.build();
		String answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
		assertThat(withoutPort(answer)).isEqualTo(withoutPort(call.group(3)));
		return answer;
	}

	private static String withoutPort(String answer) {
		return answer.replaceAll(" [0-9]+\\n", "\n");
	}

}
