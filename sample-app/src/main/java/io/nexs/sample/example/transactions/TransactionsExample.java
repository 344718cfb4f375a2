package io.nexs.sample.example.transactions;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.nexs.postgres.embedded.CutPoint;
import io.nexs.postgres.embedded.CutRule;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.routing.ReadRouting;
import io.nexs.sample.example.Example;
import io.nexs.sample.example.Steps;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Kinds of transactions and how they end.
 */
@Component
class TransactionsExample implements Example {

	private static final String LOST = "The answer to a COMMIT is lost, and the marker tells that it took effect";

	/** What the server says when it has committed. */
	private static final byte[] COMMITTED = "COMMIT\0".getBytes(StandardCharsets.US_ASCII);

	private final Accounts accounts;

	private final TransactionTemplate transaction;

	private final ObjectProvider<EmbeddedCluster> cluster;

	TransactionsExample(Accounts accounts, PlatformTransactionManager transactions,
			ObjectProvider<EmbeddedCluster> cluster) {
		this.accounts = accounts;
		this.transaction = new TransactionTemplate(transactions);
		this.cluster = cluster;
	}

	@Override
	public String name() {
		return "transactions";
	}

	@Override
	public String shows() {
		return "read-only, read-write and nested transactions, isolation, a savepoint, a retry, a lost COMMIT";
	}

	@Override
	public void run(Steps steps) throws Exception {
		this.accounts.clear();
		try {
			this.accounts.open("ada", 60);
			this.accounts.open("bob", 60);
			kinds(steps);
			this.accounts.open("capped", 100);
			steps.run("A transfer with a bonus that a savepoint takes back",
					() -> this.accounts.transferWithBonus("bob", "ada", 10, 1) + ", ada has " + exactly("ada"));
			this.accounts.transfer("capped", "bob", 100);
			retry(steps);
			lostCommit(steps);
		}
		finally {
			this.accounts.clear();
		}
	}

	private void kinds(Steps steps) throws Exception {
		steps.run("A read-only transaction", this.accounts::total);
		steps.run("A read-write transaction", () -> {
			this.accounts.transfer("ada", "bob", 10);
			return "transferred";
		});
		steps.run("A read-only method inside a read-write transaction sees what that has written",
				() -> this.transaction.execute((status) -> {
					this.accounts.transfer("ada", "bob", 10);
					return "ada has " + this.accounts.balance("ada");
				}));
		steps.fails("A write in a read-only transaction", DataAccessException.class,
				() -> this.accounts.transferByMistake("ada", "bob", 10));
	}

	private void retry(Steps steps) throws Exception {
		int before = ReadRouting.onPrimary(this.accounts::total);
		steps.run("Two serializable transactions at once, each of which wants all there is", () -> {
			CountDownLatch bothHaveRead = new CountDownLatch(2);
			AtomicInteger attempts = new AtomicInteger();
			CompletableFuture<Boolean> ada = CompletableFuture
				.supplyAsync(() -> withdraw("ada", before, bothHaveRead, attempts));
			boolean bob = withdraw("bob", before, bothHaveRead, attempts);
			return "ada %s, bob %s, after %d attempts; %d left".formatted(ada.join() ? "got it" : "got nothing",
					bob ? "got it" : "got nothing", attempts.get(), ReadRouting.onPrimary(this.accounts::total));
		});
	}

	private boolean withdraw(String owner, int amount, CountDownLatch bothHaveRead, AtomicInteger attempts) {
		try {
			return this.accounts.withdraw(owner, amount, bothHaveRead, attempts);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private void lostCommit(Steps steps) throws Exception {
		EmbeddedCluster embedded = this.cluster.getIfAvailable();
		if (embedded == null) {
			steps.skip(LOST, "only on the embedded cluster, which an application without nexs.db.dsn gets");
			return;
		}
		int before = exactly("bob");
		CutRule cut = embedded.primary().relay().onServerBytes(COMMITTED, CutPoint.BEFORE);
		try {
			steps.run(LOST, () -> {
				this.accounts.transfer("ada", "bob", 5);
				return "%s; commit() returned, bob had %d and has %d".formatted(
						cut.fired() ? "the connection was cut" : "the connection was not cut", before, exactly("bob"));
			});
		}
		finally {
			cut.cancel();
		}
	}

	private int exactly(String owner) {
		return ReadRouting.onPrimary(() -> this.accounts.balance(owner));
	}

}
