package io.nexs.postgres.starter.frameworks;

import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;

/**
 * An entity with a lazy collection.
 */
@Entity
@Table(name = "item")
class JpaItem {

	@Id
	private long id;

	private String text;

	@OneToMany
	@JoinColumn(name = "item_id")
	private List<JpaPart> parts = new ArrayList<>();

	protected JpaItem() {
	}

	JpaItem(long id) {
		this.id = id;
		this.text = "row";
	}

	String text() {
		return this.text;
	}

	void text(String text) {
		this.text = text;
	}

	List<JpaPart> parts() {
		return this.parts;
	}

}
