package io.nexs.postgres.starter.neighbours.slices;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/**
 * A row of the JPA slice.
 */
@Entity
public class Thing {

	@Id
	private @Nullable Long id;

	protected Thing() {
	}

	Thing(Long id) {
		this.id = id;
	}

	@Nullable Long getId() {
		return this.id;
	}

}
