package io.nexs.postgres.autoconfigure.retry;

import java.util.Objects;

import io.nexs.postgres.retry.RetryTransaction;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Changes that fail when they meet: read, then write what was read.
 */
@RetryTransaction(maxRetries = 50, delay = "2ms", maxDelay = "50ms")
class Accounts {

	private final JdbcClient jdbc;

	@PersistenceContext
	private EntityManager entities;

	Accounts(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Transactional(isolation = Isolation.SERIALIZABLE)
	public void addByJdbc(long id, long amount) {
		long before = this.jdbc.sql("select balance from account where id = ?").param(id).query(Long.class).single();
		this.jdbc.sql("update account set balance = ? where id = ?").param(before + amount).param(id).update();
	}

	@Transactional(isolation = Isolation.SERIALIZABLE)
	public void addByJpa(long id, long amount) {
		Objects.requireNonNull(this.entities.find(Account.class, id)).add(amount);
	}

	@Transactional
	public void insert(String name) {
		this.jdbc.sql("insert into entry (name) values (?)").param(name).update();
		this.jdbc.sql("update tally set number = number + 1 where thread = ?").param(name.split("-")[0]).update();
	}

}
