package io.nexs.sample.example.transactions;

import java.sql.Savepoint;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nexs.postgres.retry.RetryTransaction;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Accounts with a balance in whole units.
 */
@Service
class Accounts {

	private static final int PATIENCE_SECONDS = 5;

	private final JdbcClient jdbc;

	private final JdbcTemplate template;

	Accounts(JdbcClient jdbc, JdbcTemplate template) {
		this.jdbc = jdbc;
		this.template = template;
	}

	@Transactional
	void open(String owner, int balance) {
		this.jdbc.sql("insert into example_account (owner, balance) values (?, ?)").params(owner, balance).update();
	}

	@Transactional(readOnly = true)
	int total() {
		return this.jdbc.sql("select coalesce(sum(balance), 0) from example_account").query(Integer.class).single();
	}

	@Transactional(readOnly = true)
	int balance(String owner) {
		return this.jdbc.sql("select balance from example_account where owner = ?")
			.param(owner)
			.query(Integer.class)
			.single();
	}

	@Transactional
	void transfer(String from, String to, int amount) {
		change(from, -amount);
		change(to, amount);
	}

	/**
	 * The server refuses a write in a read-only transaction, wherever it runs.
	 */
	@Transactional(readOnly = true)
	void transferByMistake(String from, String to, int amount) {
		transfer(from, to, amount);
	}

	/**
	 * What the database refuses after a savepoint is taken back, what was before stays.
	 */
	@Transactional
	String transferWithBonus(String from, String to, int amount, int bonus) {
		transfer(from, to, amount);
		return this.template.execute((ConnectionCallback<String>) (connection) -> {
			Savepoint beforeTheBonus = connection.setSavepoint();
			try {
				change("capped", bonus);
				return "with the bonus";
			}
			catch (DataIntegrityViolationException ex) {
				connection.rollback(beforeTheBonus);
				return "without the bonus";
			}
		});
	}

	/**
	 * Takes from one account what both together have. Two that read before either has
	 * written must not both succeed: the server rolls one back, and it begins anew.
	 */
	@RetryTransaction
	@Transactional(isolation = Isolation.SERIALIZABLE)
	boolean withdraw(String owner, int amount, CountDownLatch bothHaveRead, AtomicInteger attempts)
			throws InterruptedException {
		attempts.incrementAndGet();
		int total = this.jdbc.sql("select sum(balance) from example_account").query(Integer.class).single();
		bothHaveRead.countDown();
		bothHaveRead.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
		if (total < amount) {
			return false;
		}
		change(owner, -amount);
		return true;
	}

	@Transactional
	void clear() {
		this.jdbc.sql("delete from example_account").update();
	}

	private void change(String owner, int amount) {
		this.jdbc.sql("update example_account set balance = balance + ? where owner = ?")
			.params(amount, owner)
			.update();
	}

}
