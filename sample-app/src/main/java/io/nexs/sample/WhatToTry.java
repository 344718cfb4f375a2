package io.nexs.sample;

import io.nexs.postgres.embedded.EmbeddedCluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Says in the log what to try next.
 */
@Component
@Order(0)
class WhatToTry implements ApplicationListener<ApplicationReadyEvent> {

	private static final Logger log = LoggerFactory.getLogger(WhatToTry.class);

	private static final String TEXT = """

			The order service answers on port {port}. The cluster, live: http://localhost:{port}/

			Try next:

			  curl -i -H 'Content-Type: application/json' \\
			    -d '{"customer":"ada","item":"book","quantity":1,"price":9.90}' http://localhost:{port}/orders
			  curl -i http://localhost:{port}/orders/1                # X-Nexs-Node: a replica; repeat it
			  curl -i 'http://localhost:{port}/orders?customer=ada'   # also /jpa/orders; from JDK 21 on /jooq/orders
			  curl -s http://localhost:{port}/actuator/health/db
			  curl -s http://localhost:{port}/actuator/nexsdb
			  curl -s http://localhost:{port}/actuator/nexsdbhooks
			  curl -s http://localhost:{port}/actuator/prometheus | grep -E '^(nexs_)?db_'
			  curl -s http://localhost:{port}/examples                # small examples to copy from
			  curl -X POST http://localhost:{port}/examples/basic     # runs one
			""";

	private static final String DEMO = """

			And let something happen to the cluster, then repeat the above:

			  curl -X POST http://localhost:{port}/demo/switchover
			  curl -X POST http://localhost:{port}/demo/kill-primary     # another node is promoted after a second
			  curl -X POST http://localhost:{port}/demo/rejoin/node-1    # the former primary comes back as a replica
			  curl -X POST http://localhost:{port}/demo/freeze-primary   # the same for one that hangs
			  curl -X POST http://localhost:{port}/demo/kill/node-3
			  curl -X POST http://localhost:{port}/demo/pause-replay/node-3
			""";

	private final ObjectProvider<EmbeddedCluster> cluster;

	WhatToTry(ObjectProvider<EmbeddedCluster> cluster) {
		this.cluster = cluster;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port", "8080");
		boolean demo = this.cluster.getIfAvailable() != null;
		log.info((TEXT + (demo ? DEMO : "")).replace("{port}", port));
	}

}
