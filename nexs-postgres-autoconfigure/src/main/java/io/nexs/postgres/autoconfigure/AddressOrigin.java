package io.nexs.postgres.autoconfigure;

/**
 * Who says where the servers are. In order of preference.
 */
enum AddressOrigin {

	/**
	 * A bean of our connection details.
	 */
	CONNECTION_DETAILS("a NexsDbConnectionDetails bean"),

	/**
	 * A bean of Boot's connection details: Testcontainers, Docker Compose, the user's.
	 */
	JDBC_CONNECTION_DETAILS("a JdbcConnectionDetails bean"),

	/**
	 * {@code nexs.db.dsn} and its companions.
	 */
	PROPERTIES("nexs.db"),

	/**
	 * {@code spring.datasource.url}, where this data source was chosen when the
	 * application was processed ahead of time.
	 */
	SPRING_DATASOURCE("spring.datasource"),

	/**
	 * The embedded cluster.
	 */
	EMBEDDED("the embedded cluster"),

	/**
	 * Nobody.
	 */
	NONE("nobody");

	private final String description;

	AddressOrigin(String description) {
		this.description = description;
	}

	@Override
	public String toString() {
		return this.description;
	}

}
