package io.nexs.postgres.benchmark;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

import javax.net.SocketFactory;

/**
 * Sockets that count round trips: how often a thread reads for the first time after it
 * has written. Named by the driver property {@code socketFactory}. Each thread has a
 * count of its own, so that what runs in the background does not count.
 */
public class CountingSocketFactory extends SocketFactory {

	private static final ThreadLocal<long[]> COUNTS = ThreadLocal.withInitial(() -> new long[1]);

	/**
	 * Round trips of this thread so far.
	 */
	static long count() {
		return COUNTS.get()[0];
	}

	@Override
	public Socket createSocket() {
		return new CountingSocket();
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		return unsupported();
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
		return unsupported();
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return unsupported();
	}

	@Override
	public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
		return unsupported();
	}

	private static Socket unsupported() throws IOException {
		throw new IOException("The driver connects its sockets by itself");
	}

	/**
	 * A socket of one connection, used by one thread at a time.
	 */
	private static final class CountingSocket extends Socket {

		private volatile boolean written;

		@Override
		public OutputStream getOutputStream() throws IOException {
			return new FilterOutputStream(super.getOutputStream()) {

				@Override
				public void write(byte[] bytes, int offset, int length) throws IOException {
					CountingSocket.this.written = true;
					this.out.write(bytes, offset, length);
				}

			};
		}

		@Override
		public InputStream getInputStream() throws IOException {
			return new FilterInputStream(super.getInputStream()) {

				@Override
				public int read(byte[] bytes, int offset, int length) throws IOException {
					if (CountingSocket.this.written) {
						CountingSocket.this.written = false;
						COUNTS.get()[0]++;
					}
					return super.read(bytes, offset, length);
				}

			};
		}

	}

}
