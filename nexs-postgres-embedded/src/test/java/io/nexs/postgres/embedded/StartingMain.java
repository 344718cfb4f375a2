package io.nexs.postgres.embedded;

/**
 * Says when it begins to start a cluster; tests end its JVM meanwhile.
 */
final class StartingMain {

	private StartingMain() {
	}

	public static void main(String[] arguments) {
		PostgresBinaries.unpacked();
		System.out.println("ready");
		EmbeddedCluster.builder().replicas(2).start();
	}

}
