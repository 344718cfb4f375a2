package io.nexs.postgres.embedded;

import java.io.IOException;

/**
 * Runs a cluster until it is killed; tests start it in a JVM of its own.
 */
final class ClusterMain {

	private ClusterMain() {
	}

	public static void main(String[] arguments) throws IOException {
		EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
		cluster.node("node-2").freeze();
		System.out.println("ready");
		System.in.transferTo(System.out);
	}

}
