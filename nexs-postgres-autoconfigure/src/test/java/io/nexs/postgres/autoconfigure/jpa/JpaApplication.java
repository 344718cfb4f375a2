package io.nexs.postgres.autoconfigure.jpa;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application with JPA, JDBC and Flyway, and nothing said about routing.
 */
@SpringBootApplication
public class JpaApplication {

}
