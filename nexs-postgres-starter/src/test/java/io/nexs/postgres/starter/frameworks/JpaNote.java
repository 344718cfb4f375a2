package io.nexs.postgres.starter.frameworks;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import jakarta.persistence.Table;

/**
 * An entity with a large object and a long text.
 */
@Entity
@Table(name = "note")
class JpaNote {

	@Id
	private long id;

	@Lob
	private String large;

	@Column(name = "long_text")
	private String text;

	protected JpaNote() {
	}

	JpaNote(long id, String text) {
		this.id = id;
		this.large = text;
		this.text = text;
	}

	String large() {
		return this.large;
	}

	String text() {
		return this.text;
	}

}
