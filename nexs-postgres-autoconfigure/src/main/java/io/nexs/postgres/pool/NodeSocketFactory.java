package io.nexs.postgres.pool;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.function.Consumer;

import javax.net.SocketFactory;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

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

	private static final ThreadLocal<@Nullable Made> current = new ThreadLocal<>();

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
	 * @param watcher told of each one before it is connected, if the driver connects it
	 */
	static void begin(Consumer<Socket> watcher) {
		current.set(new Made(watcher));
	}

	/**
	 * Forgets them.
	 * @return the last one made since {@link #begin(Consumer)}, or {@code null} if there
	 * was none
	 */
	static @Nullable Socket end() {
		Made made = current.get();
		current.remove();
		return (made != null) ? made.last : null;
	}

	/**
	 * Takes note of what was put around the last one.
	 */
	static void secured(Socket socket) {
		Made made = current.get();
		if (made != null && socket instanceof SSLSocket tls) {
			made.tls = tls;
		}
	}

	/**
	 * When the certificate ends that the server showed on the last one.
	 * @return the moment, or {@code null} without TLS or when it is not known
	 */
	static @Nullable Instant certificateExpiry() {
		Made made = current.get();
		if (made == null || made.tls == null) {
			return null;
		}
		try {
			return (made.tls.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate)
					? certificate.getNotAfter().toInstant() : null;
		}
		catch (SSLPeerUnverifiedException ex) {
			return null;
		}
	}

	@Override
	public Socket createSocket() throws IOException {
		return remembered(new NodeSocket());
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return remembered(new NodeSocket(host, port));
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
		return remembered(new NodeSocket(host, port, local, localPort));
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return remembered(new NodeSocket(host, port));
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
		return remembered(new NodeSocket(host, port, local, localPort));
	}

	private static Socket remembered(Socket socket) {
		Made made = current.get();
		if (made != null) {
			made.last = socket;
			made.tls = null;
			made.watcher.accept(socket);
		}
		return socket;
	}

	/**
	 * What was made on a thread.
	 */
	private static final class Made {

		private final Consumer<Socket> watcher;

		private @Nullable Socket last;

		private @Nullable SSLSocket tls;

		Made(Consumer<Socket> watcher) {
			this.watcher = watcher;
		}

	}

}
