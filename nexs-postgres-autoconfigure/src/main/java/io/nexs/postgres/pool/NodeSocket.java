package io.nexs.postgres.pool;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * A socket that tells other threads whether anything was heard on it. That it is closed
 * is told without the lock the JDK takes for it: the driver asks in each of its calls.
 */
final class NodeSocket extends Socket {

	private final AtomicLong heard = new AtomicLong();

	private final AtomicReference<@Nullable InputStream> input = new AtomicReference<>();

	private volatile boolean closed;

	NodeSocket() {
	}

	NodeSocket(String host, int port) throws IOException {
		super(host, port);
	}

	NodeSocket(String host, int port, InetAddress local, int localPort) throws IOException {
		super(host, port, local, localPort);
	}

	NodeSocket(InetAddress host, int port) throws IOException {
		super(host, port);
	}

	NodeSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
		super(host, port, local, localPort);
	}

	/**
	 * Grows each time something was read.
	 */
	long heard() {
		return this.heard.get();
	}

	@Override
	public InputStream getInputStream() throws IOException {
		InputStream present = this.input.get();
		if (present != null) {
			return present;
		}
		InputStream ear = new Ear(super.getInputStream());
		InputStream first = this.input.compareAndExchange(null, ear);
		return (first != null) ? first : ear;
	}

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public void close() throws IOException {
		try {
			super.close();
		}
		finally {
			this.closed = super.isClosed();
		}
	}

	/**
	 * Read by one thread at a time, so that nothing is to be compared and set.
	 */
	private final class Ear extends FilterInputStream {

		Ear(InputStream input) {
			super(input);
		}

		@Override
		public int read() throws IOException {
			int read = super.read();
			NodeSocket.this.heard.lazySet(NodeSocket.this.heard.get() + 1);
			return read;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			int read = super.read(bytes, offset, length);
			NodeSocket.this.heard.lazySet(NodeSocket.this.heard.get() + 1);
			return read;
		}

	}

}
