package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The TCP relay between clients and one node. Its port on 127.0.0.1 stays the same for
 * the node's life. While the server is down, a client's connection is closed at once.
 * Thread-safe.
 */
public final class Relay {

	static final InetAddress LOOPBACK = loopback();

	private static final int BACKLOG = 512;

	private final String name;

	private final int target;

	private final ServerSocket listener;

	private final RelayGate gate = new RelayGate();

	private final List<CutRule> clientRules = new CopyOnWriteArrayList<>();

	private final List<CutRule> serverRules = new CopyOnWriteArrayList<>();

	private final Set<RelayConnection> open = ConcurrentHashMap.newKeySet();

	private final AtomicLong accepted = new AtomicLong();

	Relay(String id, int target) {
		this.name = "nexs-relay-" + id;
		this.target = target;
		try {
			this.listener = new ServerSocket(0, BACKLOG, LOOPBACK);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not open the relay of " + id, ex);
		}
		Thread thread = new Thread(this::accept, this.name + "-accept");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Return the port clients connect to.
	 * @return the port
	 */
	public int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * Cut the node off from its clients: nothing is forwarded in either direction, also
	 * not the end of a connection; new connections are accepted and get no answer.
	 */
	public void cut() {
		this.gate.cut();
	}

	/**
	 * Let the node back after {@link #cut()}: what was held back is forwarded.
	 */
	public void restore() {
		this.gate.restore();
	}

	/**
	 * Close all open connections so that both sides see a reset. New ones are accepted.
	 */
	public void reset() {
		this.open.forEach(RelayConnection::reset);
	}

	/**
	 * Hold back every chunk of bytes for a time, in both directions.
	 * @param delay the time; {@link Duration#ZERO} to end it
	 */
	public void delay(Duration delay) {
		if (delay.isNegative()) {
			throw new IllegalArgumentException("The delay is negative: " + delay);
		}
		this.gate.delay(delay);
	}

	/**
	 * Cut the first connection whose client sends these bytes. With
	 * {@link CutPoint#AFTER} the server gets the whole chunk they came in and the answer
	 * is dropped. The client sees a reset.
	 * @param pattern the bytes
	 * @param point where to cut
	 * @return the rule, armed
	 */
	public CutRule onClientBytes(byte[] pattern, CutPoint point) {
		return arm(this.clientRules, pattern, point);
	}

	/**
	 * Cut the first connection whose server sends these bytes. With
	 * {@link CutPoint#AFTER} the client gets the whole chunk they came in and then the
	 * end of the stream; with {@link CutPoint#BEFORE} it sees a reset.
	 * @param pattern the bytes
	 * @param point where to cut
	 * @return the rule, armed
	 */
	public CutRule onServerBytes(byte[] pattern, CutPoint point) {
		return arm(this.serverRules, pattern, point);
	}

	/**
	 * Return the number of open connections.
	 * @return the number
	 */
	public int connections() {
		return this.open.size();
	}

	/**
	 * Return how many connections clients have opened so far.
	 * @return the number
	 */
	public long accepted() {
		return this.accepted.get();
	}

	int target() {
		return this.target;
	}

	RelayGate gate() {
		return this.gate;
	}

	List<CutRule> clientRules() {
		return this.clientRules;
	}

	List<CutRule> serverRules() {
		return this.serverRules;
	}

	void ended(RelayConnection connection) {
		this.open.remove(connection);
	}

	void close() {
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			reset();
		}
	}

	private static CutRule arm(List<CutRule> rules, byte[] pattern, CutPoint point) {
		CutRule rule = new CutRule(pattern, point);
		rules.removeIf((other) -> !other.isArmed());
		rules.add(rule);
		return rule;
	}

	private void accept() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				long number = this.accepted.incrementAndGet();
				RelayConnection connection = new RelayConnection(client, this, this.name + "-" + number);
				this.open.add(connection);
				connection.start();
				if (this.listener.isClosed()) {
					connection.reset();
				}
			}
			catch (IOException ex) {
				// Closed, or the client is gone already.
			}
		}
	}

	private static InetAddress loopback() {
		try {
			return InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 });
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
