package io.nexs.postgres.starter.frameworks;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * The row of the view that names the server that answers.
 */
@Entity
@Table(name = "server")
class JpaServer {

	@Id
	private int id;

	private int port;

	protected JpaServer() {
	}

	int port() {
		return this.port;
	}

}
