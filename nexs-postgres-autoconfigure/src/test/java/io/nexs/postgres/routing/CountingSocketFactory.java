package io.nexs.postgres.routing;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.SocketFactory;

/**
 * Counts round trips: a read that waits after a write. Named by the driver property
 * {@code socketFactory}, whose argument selects the counter.
 */
public class CountingSocketFactory extends SocketFactory {

	private static final AtomicLong roundTrips = new AtomicLong();

	private static final AtomicInteger connections = new AtomicInteger();

	/**
	 * Round trips of all connections so far.
	 */
	public static long roundTrips() {
		return roundTrips.get();
	}

	static int connections() {
		return connections.get();
	}

	@Override
	public Socket createSocket() {
		connections.incrementAndGet();
		return new CountingSocket();
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return connected(new InetSocketAddress(host, port));
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
		return connected(new InetSocketAddress(host, port));
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return connected(new InetSocketAddress(host, port));
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
		return connected(new InetSocketAddress(host, port));
	}

	private Socket connected(SocketAddress address) throws IOException {
		Socket socket = createSocket();
		socket.connect(address);
		return socket;
	}

	private static final class CountingSocket extends Socket {

		private boolean written;

		@Override
		public InputStream getInputStream() throws IOException {
			return new FilterInputStream(super.getInputStream()) {

				@Override
				public int read() throws IOException {
					count();
					return super.read();
				}

				@Override
				public int read(byte[] bytes, int offset, int length) throws IOException {
					count();
					return super.read(bytes, offset, length);
				}

			};
		}

		private void count() {
			if (this.written) {
				this.written = false;
				roundTrips.incrementAndGet();
			}
		}

		@Override
		public OutputStream getOutputStream() throws IOException {
			return new FilterOutputStream(super.getOutputStream()) {

				@Override
				public void write(int value) throws IOException {
					CountingSocket.this.written = true;
					this.out.write(value);
				}

				@Override
				public void write(byte[] bytes, int offset, int length) throws IOException {
					CountingSocket.this.written = true;
					this.out.write(bytes, offset, length);
				}

			};
		}

	}

}
