package io.nexs.postgres.cluster;

import java.time.Instant;

/**
 * Which server answered at a node's address, and the settings of it that do not change
 * while it runs.
 *
 * @param systemIdentifier the identifier given by {@code initdb}, equal on all nodes of a
 * cluster; empty when the role may not execute {@code pg_control_system()}
 * @param address the address the server itself was reached at; empty over a Unix socket
 * @param port the port the server itself was reached at; 0 over a Unix socket
 * @param startedAt when its postmaster started
 * @param serverVersion the server's version, such as {@code 18.1}
 * @param limits connections it lets us have
 * @param defaultIsolation its {@code default_transaction_isolation}
 */
public record NodeIdentity(String systemIdentifier, String address, int port, Instant startedAt, String serverVersion,
		ConnectionLimits limits, String defaultIsolation) {

	private static final int MAX_DIGITS = 4;

	/**
	 * Tell whether two identities are one running server: a restart makes another one.
	 * @param other the identity to compare with
	 * @return {@code true} when system identifier, address, port and start are equal
	 */
	public boolean sameServer(NodeIdentity other) {
		return this.startedAt.equals(other.startedAt) && samePlace(other) && sameSystem(other.systemIdentifier);
	}

	/**
	 * Tell whether two addresses, which may be on different networks, lead to one running
	 * server.
	 * @param other the identity to compare with
	 * @return {@code true} when system identifier, port and start, to the microsecond,
	 * are equal
	 */
	public boolean sameProcess(NodeIdentity other) {
		return this.startedAt.equals(other.startedAt) && this.port == other.port && sameSystem(other.systemIdentifier);
	}

	/**
	 * The number before the first dot of the version.
	 * @return such as 18; 0 when the version does not begin with a number
	 */
	public int majorVersion() {
		int end = 0;
		while (end < this.serverVersion.length() && end < MAX_DIGITS
				&& Character.isDigit(this.serverVersion.charAt(end))) {
			end++;
		}
		return (end > 0) ? Integer.parseInt(this.serverVersion.substring(0, end)) : 0;
	}

	/**
	 * Tell whether the server at this address is another one than before, as behind a
	 * virtual address, and not merely the same one restarted.
	 * @param previous what answered before at the same configured address
	 * @return {@code true} when address or port differ or the start lies before the
	 * previous one
	 */
	boolean movedFrom(NodeIdentity previous) {
		return !samePlace(previous) || this.startedAt.isBefore(previous.startedAt);
	}

	boolean sameSystem(String otherIdentifier) {
		return this.systemIdentifier.isEmpty() || otherIdentifier.isEmpty()
				|| this.systemIdentifier.equals(otherIdentifier);
	}

	private boolean samePlace(NodeIdentity other) {
		return this.port == other.port && this.address.equals(other.address);
	}

}
