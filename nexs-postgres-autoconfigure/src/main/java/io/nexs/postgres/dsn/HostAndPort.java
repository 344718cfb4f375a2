package io.nexs.postgres.dsn;

import java.util.Objects;

/**
 * Address of one server. Immutable; two addresses are equal when host (as written) and
 * port are. Names are not resolved.
 *
 * @param host name or IP address, an IPv6 address without brackets
 * @param port TCP port, 1 to 65535
 */
public record HostAndPort(String host, int port) {

	/**
	 * Port a server listens on when none is given.
	 */
	public static final int DEFAULT_PORT = 5432;

	static final int MAX_PORT = 65535;

	public HostAndPort {
		Objects.requireNonNull(host, "host");
		if (host.isBlank()) {
			throw new IllegalArgumentException("A host name must not be blank");
		}
		if (port < 1 || port > MAX_PORT) {
			throw new IllegalArgumentException("A port must be between 1 and 65535");
		}
	}

	/**
	 * The address as it stands in a URL: {@code h1:5432}, an IPv6 host in brackets.
	 */
	@Override
	public String toString() {
		String name = (this.host.indexOf(':') >= 0) ? "[" + this.host + "]" : this.host;
		return name + ":" + this.port;
	}

}
