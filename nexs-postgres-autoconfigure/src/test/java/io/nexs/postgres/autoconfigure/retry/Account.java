package io.nexs.postgres.autoconfigure.retry;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A row that several want to change.
 */
@Entity
class Account {

	@Id
	private long id;

	private long balance;

	protected Account() {
	}

	void add(long amount) {
		this.balance += amount;
	}

	long balance() {
		return this.balance;
	}

}
