package io.nexs.sample.demo;

import io.nexs.postgres.embedded.EmbeddedCluster;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/**
 * The demo is there when the application runs on the embedded cluster. An
 * auto-configuration, because whether there is one is known only after the starter's.
 */
@AutoConfiguration(afterName = "io.nexs.postgres.autoconfigure.NexsDbEmbeddedAutoConfiguration")
@ConditionalOnBean(EmbeddedCluster.class)
public final class DemoConfiguration {

	@Bean
	DemoController demoController(EmbeddedCluster cluster) {
		return new DemoController(cluster);
	}

}
