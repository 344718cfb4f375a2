package io.nexs.postgres.pool;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.SocketFactory;

import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Makes the sockets of the driver, which names it in its property {@code socketFactory},
 * and remembers the one a connection ends up with. Closing that one releases a thread in
 * any call at once. Closing an {@link javax.net.ssl.SSLSocket} does not: it takes leave
 * of the server, and for that waits for a thread that is just sending, for ever if the
 * server reads no more. Thread-safe.
 */
public final class NodeSocketFactory extends SocketFactory {

	private static final ThreadLocal<@Nullable Socket[]> made = new ThreadLocal<>();

	private final SocketFactory sockets = SocketFactory.getDefault();

	/**
	 * Whether the driver finds this class by its name, which it may not where it belongs
	 * to another class loader.
	 */
	static boolean isVisibleToDriver() {
		try {
			return Class.forName(NodeSocketFactory.class.getName(), false,
					Driver.class.getClassLoader()) == NodeSocketFactory.class;
		}
		catch (ClassNotFoundException ex) {
			return false;
		}
	}

	/**
	 * From now on, the sockets made on this thread are remembered.
	 */
	static void begin() {
		made.set(new Socket[1]);
	}

	/**
	 * Forgets them.
	 * @return the last one made since {@link #begin()}, or {@code null} if there was none
	 */
	static @Nullable Socket end() {
		@Nullable Socket[] holder = made.get();
		made.remove();
		return (holder != null) ? holder[0] : null;
	}

	@Override
	public Socket createSocket() throws IOException {
		return remembered(this.sockets.createSocket());
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return remembered(this.sockets.createSocket(host, port));
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
		return remembered(this.sockets.createSocket(host, port, local, localPort));
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return remembered(this.sockets.createSocket(host, port));
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
		return remembered(this.sockets.createSocket(host, port, local, localPort));
	}

	private static Socket remembered(Socket socket) {
		@Nullable Socket[] holder = made.get();
		if (holder != null) {
			holder[0] = socket;
		}
		return socket;
	}

}
