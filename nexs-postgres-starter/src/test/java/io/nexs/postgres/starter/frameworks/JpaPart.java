package io.nexs.postgres.starter.frameworks;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

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

	protected JpaPart() {
	}

}
