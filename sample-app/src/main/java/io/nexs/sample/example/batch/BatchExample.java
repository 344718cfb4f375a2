package io.nexs.sample.example.batch;

import java.util.Map;
import java.util.function.IntConsumer;

import javax.sql.DataSource;

import io.nexs.postgres.pool.PoolSettings;
import io.nexs.postgres.routing.NexsPostgres;
import io.nexs.sample.example.Example;
import io.nexs.sample.example.SecondDataSource;
import io.nexs.sample.example.Steps;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How long ways to write many rows take. The times are those of the machine it runs on.
 */
@Component
class BatchExample implements Example {

	private static final int FEW = 1000;

	private static final int MANY = 10_000;

	private static final int WARM_UP = 100;

	private final Rows rows;

	private final TransactionTemplate transaction;

	private final SecondDataSource second;

	BatchExample(DataSource dataSource, PlatformTransactionManager transactions, SecondDataSource second) {
		this.rows = new Rows(dataSource);
		this.transaction = new TransactionTemplate(transactions);
		this.second = second;
	}

	@Override
	public String name() {
		return "batch";
	}

	@Override
	public String shows() {
		return "many rows by single inserts, batches, arrays and COPY, and a streamed export, with times";
	}

	@Override
	public void run(Steps steps) throws Exception {
		this.rows.clear();
		try {
			timed(steps, "Single inserts, each with its own COMMIT", FEW, this.rows::oneByOne);
			timed(steps, "Single inserts in one transaction", FEW, inTransaction(this.rows::oneByOne));
			plainBatch(steps);
			timed(steps, "A batch with reWriteBatchedInserts, as the pools set it", MANY,
					inTransaction(this.rows::batch));
			timed(steps, "One insert with an array for each column", MANY, inTransaction(this.rows::arrays));
			timed(steps, "COPY", MANY, inTransaction(this.rows::copy));
			export(steps);
		}
		finally {
			this.rows.clear();
		}
	}

	private void plainBatch(Steps steps) throws Exception {
		PoolSettings settings = PoolSettings.defaults().withDriverProperties(Map.of("reWriteBatchedInserts", "false"));
		try (NexsPostgres plain = this.second.onPrimary().pool(settings).start()) {
			Rows plainRows = new Rows(plain.dataSource());
			TransactionTemplate plainTransaction = new TransactionTemplate(
					new JdbcTransactionManager(plain.dataSource()));
			timed(steps, "A batch without reWriteBatchedInserts", MANY,
					(count) -> plainTransaction.executeWithoutResult((status) -> plainRows.batch(count)));
		}
	}

	private void export(Steps steps) throws Exception {
		this.rows.copy(MANY);
		IntConsumer export = inTransaction((count) -> this.rows.export());
		export.accept(MANY);
		steps.run("A streamed export, 200 rows at a time", () -> Speed.of(MANY, nanos(export, MANY)));
	}

	/**
	 * Writes some rows to get warm, then as many as are timed, and takes both away again.
	 */
	private void timed(Steps steps, String way, int count, IntConsumer write) throws Exception {
		write.accept(WARM_UP);
		this.rows.clear();
		steps.run(way, () -> {
			long nanos = nanos(write, count);
			return Speed.of(this.rows.count(), nanos);
		});
		this.rows.clear();
	}

	private static long nanos(IntConsumer work, int count) {
		long begin = System.nanoTime();
		work.accept(count);
		return System.nanoTime() - begin;
	}

	private IntConsumer inTransaction(IntConsumer work) {
		return (count) -> this.transaction.executeWithoutResult((status) -> work.accept(count));
	}

}
