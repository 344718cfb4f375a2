package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * One client's connection through a relay. The thread that opens it copies what the
 * client sends; a second one copies the answers.
 */
final class RelayConnection {

	private static final int CONNECT_MILLIS = 5000;

	private final Socket client;

	private final Relay relay;

	private final String name;

	private final Socket server = new Socket();

	private final AtomicBoolean closed = new AtomicBoolean();

	// Set before the last bytes go to the server: its answer must not reach the client.
	private volatile boolean answersDropped;

	private volatile @Nullable Thread requests;

	private volatile @Nullable Thread answers;

	RelayConnection(Socket client, Relay relay, String name) {
		this.client = client;
		this.relay = relay;
		this.name = name;
	}

	void start() {
		Thread thread = thread("requests", this::relayRequests);
		this.requests = thread;
		thread.start();
	}

	/**
	 * Close both sides so that both see a reset.
	 */
	void reset() {
		abort(this.client);
		abort(this.server);
		end();
	}

	private void relayRequests() {
		try {
			this.relay.gate().pass();
			this.client.setTcpNoDelay(true);
			this.server.setTcpNoDelay(true);
			this.server.connect(new InetSocketAddress(Relay.LOOPBACK, this.relay.target()), CONNECT_MILLIS);
			Thread thread = thread("answers", this::relayAnswers);
			this.answers = thread;
			thread.start();
			new RelayPump(this.client.getInputStream(), this.server.getOutputStream(), this.relay.gate(),
					this.relay.clientRules(), new RequestCutter())
				.run();
			this.server.shutdownOutput();
		}
		catch (IOException ex) {
			broken();
		}
		catch (InterruptedException ex) {
			reset();
		}
	}

	private void relayAnswers() {
		try {
			new RelayPump(this.server.getInputStream(), new AnswerStream(this.client.getOutputStream()),
					this.relay.gate(), this.relay.serverRules(), new AnswerCutter())
				.run();
			close();
		}
		catch (IOException ex) {
			broken();
		}
		catch (InterruptedException ex) {
			reset();
		}
	}

	private void broken() {
		try {
			if (!this.closed.get() && !this.answersDropped) {
				// One side is gone; the other learns it only if it is not cut off.
				this.relay.gate().pass();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		reset();
	}

	private void close() {
		quietly(this.client);
		quietly(this.server);
		end();
	}

	private void end() {
		if (this.closed.compareAndSet(false, true)) {
			interrupt(this.requests);
			interrupt(this.answers);
			this.relay.ended(this);
		}
	}

	private Thread thread(String direction, Runnable task) {
		Thread thread = new Thread(task, this.name + "-" + direction);
		thread.setDaemon(true);
		return thread;
	}

	private static void interrupt(@Nullable Thread thread) {
		if (thread != null && thread != Thread.currentThread()) {
			thread.interrupt();
		}
	}

	private static void abort(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			// It is closed already.
		}
		quietly(socket);
	}

	private static void quietly(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// There is nothing left to close.
		}
	}

	/**
	 * Cuts when the client has sent the bytes.
	 */
	private final class RequestCutter implements RelayPump.Cutter {

		@Override
		public void cutting(boolean after) {
			RelayConnection.this.answersDropped = after;
		}

		@Override
		public void cut(boolean after) {
			if (!after) {
				reset();
				return;
			}
			// The server still reads what it got, and then the end of the stream.
			abort(RelayConnection.this.client);
		}

	}

	/**
	 * Cuts when the server has answered the bytes.
	 */
	private final class AnswerCutter implements RelayPump.Cutter {

		@Override
		public void cutting(boolean after) {
			// What the client sends meanwhile does not matter.
		}

		@Override
		public void cut(boolean after) {
			if (after) {
				// A reset could discard what the client has not read yet.
				close();
			}
			else {
				reset();
			}
		}

	}

	/**
	 * The answers' way to the client.
	 */
	private final class AnswerStream extends OutputStream {

		private final OutputStream target;

		AnswerStream(OutputStream target) {
			this.target = target;
		}

		@Override
		public void write(int value) throws IOException {
			write(new byte[] { (byte) value }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			if (RelayConnection.this.answersDropped) {
				return;
			}
			try {
				this.target.write(bytes, offset, length);
			}
			catch (IOException ex) {
				if (!RelayConnection.this.answersDropped) {
					throw ex;
				}
			}
		}

	}

}
