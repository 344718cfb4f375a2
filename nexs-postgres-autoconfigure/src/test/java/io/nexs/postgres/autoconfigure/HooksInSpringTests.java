package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.UseEmbeddedCluster;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookVetoException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Hook beans in an application: which there are, in which order, and how they are
 * switched.
 */
@UseEmbeddedCluster
class HooksInSpringTests {

	private static final List<String> calls = new CopyOnWriteArrayList<>();

	private static RunningApplication application;

	private static String dsn;

	@BeforeAll
	static void start(EmbeddedCluster cluster) {
		dsn = cluster.dsn();
		calls.clear();
		application = RunningApplication.start(Hooked.class, "nexs.db.dsn=" + dsn, "nexs.db.hooks.disabled=off",
				"nexs.db.hooks.async=notifying");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		calls.clear();
	}

	private static void query(String sql) {
		application.bean(JdbcClient.class).sql(sql).query(String.class).single();
	}

	@Test
	void beansWhenThereAreHooksAreCalledInTheirOrder() {
		query("select 'a'");
		assertThat(calls).containsExactly("first select 'a'", "second select 'a'", "named select 'a'");
		assertThat(application.bean(HookRegistry.class).hooks()).extracting(HookRegistration::name)
			.startsWith("first", "second", "notifying", "own-name");
	}

	@Test
	void migrationWhenBeansAreMadeIsNotHooked() {
		assertThat(application.bean(Migration.class).hooks).isZero();
	}

	@Test
	void vetoWhenABeanThrowsReachesTheCaller() {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> query("select 'forbidden'"))
			.withMessage("Hook 'second' refused query on node-1: not that");
	}

	@Test
	void endpointWhenAskedShowsTheHooksAndSwitchesThem() {
		query("select 'a'");
		String hooks = application.get("/actuator/nexsdbhooks");
		assertThat(hooks).contains("\"name\":\"first\"", "\"name\":\"off\"", "\"name\":\"notifying\"", "\"async\":true")
			.contains("\"query\":{\"calls\":");
		calls.clear();
		assertThat(application.post("/actuator/nexsdbhooks/off/enable")).contains("\"enabled\":true");
		query("select 'b'");
		assertThat(calls).contains("off select 'b'");
		assertThat(application.post("/actuator/nexsdbhooks/off/disable")).contains("\"enabled\":false");
		calls.clear();
		query("select 'c'");
		assertThat(calls).doesNotContain("off select 'c'").contains("first select 'c'");
	}

	@Test
	void nameWhenThereIsNoSuchHookStopsTheApplication() {
		assertThatExceptionOfType(InvalidSettingException.class)
			.isThrownBy(() -> new SpringApplicationBuilder(Hooked.class).web(WebApplicationType.NONE)
				.properties("nexs.db.dsn=" + dsn, "nexs.db.hooks.disabled=nobody", "spring.main.banner-mode=off")
				.run()
				.close())
			.withMessageContaining("nexs.db.hooks.disabled")
			.withMessageContaining("[nobody]");
	}

	@Test
	void hooksWhenSwitchedOffAltogetherAreNotCalled() {
		try (var context = new SpringApplicationBuilder(Hooked.class).web(WebApplicationType.NONE)
			.properties("nexs.db.dsn=" + dsn, "nexs.db.hooks.enabled=false", "spring.main.banner-mode=off")
			.run()) {
			calls.clear();
			context.getBean(JdbcClient.class).sql("select 'forbidden'").query(String.class).single();
			assertThat(calls).isEmpty();
			assertThat(context.getBean(HookRegistry.class).hooks()).isEmpty();
		}
	}

	/**
	 * An application with hooks.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Migration.class)
	static class Hooked {

		@Bean
		DatabaseHook named() {
			return new Noting("named") {

				@Override
				public String name() {
					return "own-name";
				}

			};
		}

		@Bean
		DatabaseHook off() {
			return new Noting("off");
		}

		@Bean
		@Order(2)
		DatabaseHook second(JdbcClient client) {
			assertThat(client).isNotNull();
			return new Noting("second") {

				@Override
				public void before(HookContext context) {
					super.before(context);
					if (String.valueOf(context.sql()).contains("forbidden")) {
						throw new HookVetoException("not that");
					}
				}

			};
		}

		@Bean
		Ranked first() {
			return new Ranked();
		}

		@Bean
		@Order(3)
		DatabaseHook notifying() {
			return new DatabaseHook() {
			};
		}

	}

	/**
	 * Works with the database while beans are made.
	 */
	static class Migration implements InitializingBean {

		private final JdbcClient client;

		private int hooks;

		Migration(JdbcClient client) {
			this.client = client;
		}

		@Override
		public void afterPropertiesSet() {
			int before = calls.size();
			this.client.sql("select 'migrated'").query(String.class).single();
			this.hooks = calls.size() - before;
		}

	}

	/**
	 * Notes the statements it is called for.
	 */
	static class Noting implements DatabaseHook {

		private final String note;

		Noting(String note) {
			this.note = note;
		}

		@Override
		public boolean supports(HookContext context) {
			return context.point() == HookPoint.QUERY;
		}

		@Override
		public @Nullable String name() {
			return null;
		}

		@Override
		public void before(HookContext context) {
			calls.add(this.note + " " + context.sql());
		}

	}

	/**
	 * Says its order itself.
	 */
	static final class Ranked extends Noting implements Ordered {

		Ranked() {
			super("first");
		}

		@Override
		public int getOrder() {
			return 1;
		}

	}

}
