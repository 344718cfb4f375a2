package io.nexs.sample.demo;

import java.util.List;

import io.nexs.postgres.embedded.EmbeddedCluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;

import static org.assertj.core.api.Assertions.assertThat;

class DemoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(DemoConfiguration.class);

	@Test
	void demoWhenThereIsNoClusterAnswersNothing() {
		this.runner.run((context) -> assertThat(answers(context)).isFalse());
	}

	@Test
	void demoWhenTheApplicationHasItsOwnServersAnswersNothing() {
		this.runner.withUserConfiguration(OwnServers.class).run((context) -> assertThat(answers(context)).isFalse());
	}

	private static boolean answers(ApplicationContext context) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/demo/switchover");
		return context.getBean(RouterFunction.class).route(ServerRequest.create(request, List.of())).isPresent();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnServers {

		@Bean
		@Nullable EmbeddedCluster cluster() {
			return null;
		}

	}

}
