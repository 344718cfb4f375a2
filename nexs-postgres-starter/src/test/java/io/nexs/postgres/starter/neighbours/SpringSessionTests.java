package io.nexs.postgres.starter.neighbours;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import io.nexs.postgres.cluster.NodeRole;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.session.autoconfigure.SessionAutoConfiguration;
import org.springframework.boot.session.jdbc.autoconfigure.JdbcSessionAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Session's JDBC repository, behind a servlet and by itself.
 */
class SpringSessionTests {

	private static RunningApplication application;

	private static JdbcIndexedSessionRepository repository;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET, Application.class,
				SharedCluster.database("session"), "spring.session.jdbc.initialize-schema=always",
				"spring.session.jdbc.cleanup-cron=-");
		repository = application.bean(JdbcIndexedSessionRepository.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void clear() {
		application.routes().clear();
	}

	@Test
	void sessionWhenABrowserComesBackIsReadFromThePrimary() throws Exception {
		HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
		assertThat(get(browser)).isEqualTo("new");
		assertThat(get(browser)).isEqualTo("known");
		assertThat(application.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
	}

	private static String get(HttpClient browser) throws Exception {
		int port = Objects.requireNonNull(((ServletWebServerApplicationContext) application.context()).getWebServer())
			.getPort();
		URI uri = URI.create("http://127.0.0.1:" + port + "/");
		return browser.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
	}

	@Test
	void sessionWhenTheCallersTransactionIsReadOnlyIsSavedAndFoundInTransactionsOfItsOwn() {
		String id = application.readOnlyTransaction().execute((status) -> {
			assertThat(application.port()).isEqualTo(SharedCluster.replicaPort());
			String saved = save(repository, Instant.now());
			assertThat(isStored(saved)).isTrue();
			assertThat(find(saved)).isEqualTo("value");
			assertThat(application.port()).isEqualTo(SharedCluster.replicaPort());
			return saved;
		});
		application.readOnlyTransaction().executeWithoutResult((status) -> repository.deleteById(id));
		assertThat(isStored(id)).isFalse();
		assertThat(application.isHealthy()).isTrue();
	}

	@Test
	void sessionWhenExpiredIsRemovedAlsoWithinAReadOnlyTransaction() {
		String id = save(repository, Instant.now().minus(Duration.ofDays(1)));
		String other = save(repository, Instant.now());
		application.readOnlyTransaction().executeWithoutResult((status) -> repository.cleanUpExpiredSessions());
		assertThat(isStored(id)).isFalse();
		assertThat(isStored(other)).isTrue();
		assertThat(application.routes().used()).isNotEmpty().containsOnly(NodeRole.PRIMARY);
	}

	@Test
	void sessionWhenTheCallersTransactionIsRolledBackStays() {
		String id = application.transaction().execute((status) -> {
			status.setRollbackOnly();
			return save(repository, Instant.now());
		});
		assertThat(isStored(id)).isTrue();
	}

	private static <S extends Session> String save(SessionRepository<S> repository, Instant lastAccess) {
		S session = repository.createSession();
		session.setAttribute("key", "value");
		session.setLastAccessedTime(lastAccess);
		repository.save(session);
		return session.getId();
	}

	private static Object find(String id) {
		Session found = repository.findById(id);
		return (found != null) ? found.getAttribute("key") : "none";
	}

	private static boolean isStored(String id) {
		return !SharedCluster.rows("session", "select 1 from spring_session where session_id = '" + id + "'").isEmpty();
	}

	@JdbcApplication
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, SessionAutoConfiguration.class,
			JdbcSessionAutoConfiguration.class })
	static class Application {

		@Bean
		HttpServlet servlet() {
			return new Greeting();
		}

	}

	static class Greeting extends HttpServlet {

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
			Object greeted = request.getSession().getAttribute("greeted");
			request.getSession().setAttribute("greeted", "yes");
			response.getWriter().write((greeted != null) ? "known" : "new");
		}

	}

}
