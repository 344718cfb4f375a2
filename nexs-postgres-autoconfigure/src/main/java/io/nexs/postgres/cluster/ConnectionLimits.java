package io.nexs.postgres.cluster;

/**
 * How many connections a server lets our role have to our database, as read when the
 * prober last connected. Immutable.
 *
 * @param maxConnections {@code max_connections} of the server; 0 while not known
 * @param reserved connections of these that are kept for others:
 * {@code superuser_reserved_connections}, and {@code reserved_connections} from
 * PostgreSQL 16 on; 0 for a role they are kept for
 * @param ofRole {@code CONNECTION LIMIT} of the role; -1 for none
 * @param ofDatabase {@code CONNECTION LIMIT} of the database; -1 for none
 */
public record ConnectionLimits(int maxConnections, int reserved, int ofRole, int ofDatabase) {

	/**
	 * A server without any further limit.
	 * @param maxConnections its {@code max_connections}
	 * @return new limits
	 */
	public static ConnectionLimits of(int maxConnections) {
		return new ConnectionLimits(maxConnections, 0, -1, -1);
	}

	/**
	 * The lowest of the limits.
	 * @return connections all instances may have together; 0 while not known
	 */
	public int available() {
		int least = Math.max(0, this.maxConnections - this.reserved);
		least = (this.ofRole >= 0) ? Math.min(least, this.ofRole) : least;
		return (this.ofDatabase >= 0) ? Math.min(least, this.ofDatabase) : least;
	}

	/**
	 * The limit that decides, with its number.
	 * @return text for people
	 */
	public String describe() {
		int available = available();
		if (available == this.ofRole) {
			return "CONNECTION LIMIT " + this.ofRole + " of the role";
		}
		if (available == this.ofDatabase) {
			return "CONNECTION LIMIT " + this.ofDatabase + " of the database";
		}
		return "max_connections " + this.maxConnections
				+ ((this.reserved > 0) ? " less " + this.reserved + " reserved" : "");
	}

}
