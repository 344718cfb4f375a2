package io.nexs.postgres.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An address that leads to one server and then to another. Connections stay where they
 * led; while the server is down, new ones are closed at once.
 */
final class Endpoint implements AutoCloseable {

	private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());

	private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

	private volatile int target;

	Endpoint(int target) throws IOException {
		this.target = target;
		start(this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	void target(int port) {
		this.target = port;
	}

	private void accept() throws IOException {
		while (!this.listener.isClosed()) {
			Socket client = this.listener.accept();
			this.sockets.add(client);
			start(() -> connect(client));
		}
	}

	private void connect(Socket client) throws IOException {
		try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target)) {
			this.sockets.add(server);
			server.setTcpNoDelay(true);
			client.setTcpNoDelay(true);
			start(() -> pump(server, client));
			client.getInputStream().transferTo(server.getOutputStream());
		}
	}

	private static void pump(Socket from, Socket to) throws IOException {
		try (from; to) {
			from.getInputStream().transferTo(to.getOutputStream());
		}
	}

	private static void start(Run run) {
		Thread thread = new Thread(() -> {
			try {
				run.run();
			}
			catch (IOException ex) {
				// A closed socket ends the thread
			}
		}, "chaos-endpoint");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	@FunctionalInterface
	private interface Run {

		void run() throws IOException;

	}

}
