package io.nexs.postgres.routing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A way to one server on which the end of a server is not seen: a connection that has
 * brought an answer stays open and silent after it. New ones are refused while there is
 * no server.
 */
final class SilentRelay implements AutoCloseable {

	private final ServerSocket server;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private final int target;

	SilentRelay(int target) throws IOException {
		this.target = target;
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	private void accept() throws IOException {
		while (!this.server.isClosed()) {
			Socket client = this.server.accept();
			this.sockets.add(client);
			start(() -> serve(client));
		}
	}

	private void serve(Socket client) throws IOException {
		Socket backend = connect(client);
		this.sockets.add(backend);
		start(() -> client.getInputStream().transferTo(backend.getOutputStream()));
		backend.getInputStream().transferTo(client.getOutputStream());
	}

	private Socket connect(Socket client) throws IOException {
		try {
			return new Socket(InetAddress.getLoopbackAddress(), this.target);
		}
		catch (IOException ex) {
			client.close();
			throw ex;
		}
	}

	private static void start(IoRun run) {
		Thread thread = new Thread(() -> {
			try {
				run.run();
			}
			catch (IOException ex) {
				// A closed socket ends the thread
			}
		}, "silent-relay");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	@FunctionalInterface
	private interface IoRun {

		void run() throws IOException;

	}

}
