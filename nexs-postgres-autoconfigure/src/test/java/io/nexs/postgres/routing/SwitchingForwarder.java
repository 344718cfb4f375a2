package io.nexs.postgres.routing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * An address that leads to different servers in turn, as a load balancer or a changed DNS
 * entry does: new connections go to the present target, old ones stay.
 */
final class SwitchingForwarder implements AutoCloseable {

	private final ServerSocket server;

	private final List<Socket> sockets = new ArrayList<>();

	private volatile int target;

	SwitchingForwarder(int target) throws IOException {
		this.target = target;
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	void target(int port) {
		this.target = port;
	}

	private void accept() throws IOException {
		while (!this.server.isClosed()) {
			Socket client = this.server.accept();
			start(() -> forward(client));
		}
	}

	/**
	 * Without a server behind it a connection is closed at once.
	 */
	private void forward(Socket client) throws IOException {
		try {
			Socket backend = new Socket(InetAddress.getLoopbackAddress(), this.target);
			synchronized (this.sockets) {
				this.sockets.add(client);
				this.sockets.add(backend);
			}
			start(() -> pump(client, backend));
			start(() -> pump(backend, client));
		}
		catch (IOException ex) {
			client.close();
		}
	}

	private static void pump(Socket from, Socket to) throws IOException {
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			in.transferTo(out);
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
		}, "switching-forwarder");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		synchronized (this.sockets) {
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
	}

	@FunctionalInterface
	private interface IoRun {

		void run() throws IOException;

	}

}
