package io.nexs.postgres.autoconfigure;

/**
 * Who says where the servers are. In order of preference.
 */
enum AddressOrigin {

	/**
	 * A bean of our connection details.
	 */
	CONNECTION_DETAILS("a NexsDbConnectionDetails bean", "NexsDbConnectionDetails"),

	/**
	 * A bean of Boot's connection details: Testcontainers, Docker Compose, the user's.
	 */
	JDBC_CONNECTION_DETAILS("a JdbcConnectionDetails bean", "JdbcConnectionDetails"),

	/**
	 * {@code nexs.db.dsn} and its companions.
	 */
	PROPERTIES("nexs.db", "nexs.db"),

	/**
	 * {@code spring.datasource.url}, where this data source was chosen when the
	 * application was processed ahead of time.
	 */
	SPRING_DATASOURCE("spring.datasource", "spring.datasource"),

	/**
	 * The embedded cluster.
	 */
	EMBEDDED("the embedded cluster", "EmbeddedCluster"),

	/**
	 * Nobody.
	 */
	NONE("nobody", "nexs.db");

	private final String description;

	private final String place;

	AddressOrigin(String description, String place) {
		this.description = description;
		this.place = place;
	}

	/**
	 * What the names of DSNs begin with in messages.
	 */
	String place() {
		return this.place;
	}

	@Override
	public String toString() {
		return this.description;
	}

}
