package io.nexs.postgres.starter.frameworks;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Formula;

/**
 * An entity that is loaded lazily.
 */
@Entity
@Table(name = "part")
class JpaPart {

	@Id
	private long id;

	@Column(name = "item_id")
	private long item;

	@Formula("inet_server_port()")
	private int port;

	protected JpaPart() {
	}

	/**
	 * The port of the server it was loaded from.
	 */
	int port() {
		return this.port;
	}

}
