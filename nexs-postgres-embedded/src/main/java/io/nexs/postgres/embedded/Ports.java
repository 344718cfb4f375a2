package io.nexs.postgres.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers. They lie below the range from which systems take the ports of
 * outgoing connections, so that a stopped server finds its port free again.
 */
final class Ports {

	private static final int LOWEST = 15000;

	private static final int HIGHEST = 32000;

	private static final int ATTEMPTS = 1000;

	private static final Set<Integer> given = new HashSet<>();

	private Ports() {
	}

	static synchronized int free() {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
			if (!given.contains(port) && isFree(port)) {
				given.add(port);
				return port;
			}
		}
		throw new EmbeddedClusterException("No free port between %d and %d".formatted(LOWEST, HIGHEST));
	}

	static synchronized void release(int port) {
		given.remove(port);
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(false);
			socket.bind(new InetSocketAddress(Relay.LOOPBACK, port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
