package io.nexs.postgres.starter.frameworks;

/**
 * The columns of the matrix.
 */
enum Framework {

	JDBC("JdbcTemplate, JdbcClient"),

	JPA("Spring Data JPA, Hibernate"),

	JPA_AUTOCOMMIT_OFF("JPA, autocommit off"),

	DATA_JDBC("Spring Data JDBC"),

	MYBATIS("MyBatis"),

	JOOQ("jOOQ");

	private final String text;

	Framework(String text) {
		this.text = text;
	}

	String text() {
		return this.text;
	}

}
