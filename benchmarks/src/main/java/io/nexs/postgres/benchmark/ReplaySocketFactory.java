package io.nexs.postgres.benchmark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import javax.net.SocketFactory;

/**
 * A stub under the driver: sockets that remember what the server answered to which bytes,
 * and from {@link #replay()} on answer the same bytes without it. Named by the driver
 * property {@code socketFactory}. What is measured then is the work of the client alone,
 * with the driver's own.
 */
public class ReplaySocketFactory extends SocketFactory {

	private static final LongAdder questions = new LongAdder();

	private static volatile boolean replaying;

	/**
	 * From now on, what was asked before is not asked again.
	 */
	public static void replay() {
		replaying = true;
	}

	/**
	 * How often a server was asked since {@link #replay()}.
	 */
	public static long asked() {
		return questions.sum();
	}

	@Override
	public Socket createSocket() {
		return new ReplaySocket();
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
	private static final class ReplaySocket extends Socket {

		private final Map<ByteBuffer, byte[]> answers = new HashMap<>();

		private final Request request = new Request();

		private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

		private byte[] asked = new byte[0];

		private volatile boolean closed;

		private InputStream replayed = new ByteArrayInputStream(new byte[0]);

		@Override
		public InputStream getInputStream() throws IOException {
			InputStream real = super.getInputStream();
			return new InputStream() {

				@Override
				public int read() throws IOException {
					byte[] one = new byte[1];
					return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
				}

				@Override
				public int read(byte[] bytes, int offset, int length) throws IOException {
					int count = ReplaySocket.this.replayed.read(bytes, offset, length);
					if (count > 0) {
						return count;
					}
					count = real.read(bytes, offset, length);
					if (count > 0) {
						ReplaySocket.this.answer.write(bytes, offset, count);
					}
					return count;
				}

				@Override
				public int available() throws IOException {
					return ReplaySocket.this.replayed.available() + real.available();
				}

			};
		}

		@Override
		public OutputStream getOutputStream() throws IOException {
			OutputStream real = super.getOutputStream();
			return new OutputStream() {

				@Override
				public void write(int value) {
					ReplaySocket.this.request.write(value);
				}

				@Override
				public void write(byte[] bytes, int offset, int length) {
					ReplaySocket.this.request.write(bytes, offset, length);
				}

				@Override
				public void flush() throws IOException {
					say(real);
				}

			};
		}

		/**
		 * As the sockets of the routed data source do, for all subjects: the JDK before
		 * 21 takes a lock.
		 */
		@Override
		public boolean isClosed() {
			return this.closed;
		}

		@Override
		public void close() throws IOException {
			super.close();
			this.closed = true;
		}

		private void say(OutputStream real) throws IOException {
			if (this.request.size() == 0) {
				return;
			}
			byte[] known = replaying ? this.answers.get(this.request.view()) : null;
			if (known != null) {
				this.request.reset();
				this.replayed = new ByteArrayInputStream(known);
				return;
			}
			if (replaying) {
				questions.increment();
			}
			if (this.answer.size() > 0) {
				this.answers.put(ByteBuffer.wrap(this.asked), this.answer.toByteArray());
			}
			this.answer.reset();
			this.asked = this.request.toByteArray();
			this.request.reset();
			real.write(this.asked);
			real.flush();
		}

	}

	/**
	 * Bytes of a request that can be looked at without a copy.
	 */
	private static final class Request extends ByteArrayOutputStream {

		ByteBuffer view() {
			return ByteBuffer.wrap(this.buf, 0, this.count);
		}

	}

}
