package io.nexs.sample.example.batch;

import java.io.IOException;
import java.io.StringReader;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.postgresql.PGConnection;

import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Ways to write many rows, and to read them.
 */
class Rows {

	private static final String INSERT = "insert into example_row (id, name) values (?, ?)";

	private static final int FETCH_SIZE = 200;

	private final JdbcTemplate template;

	private final JdbcClient client;

	Rows(DataSource dataSource) {
		this.template = new JdbcTemplate(dataSource);
		this.client = JdbcClient.create(this.template);
	}

	/**
	 * One statement for each row; outside a transaction also one COMMIT for each.
	 */
	void oneByOne(int count) {
		for (int id = 0; id < count; id++) {
			this.template.update(INSERT, id, "row " + id);
		}
	}

	/**
	 * One batch of JDBC. The driver makes few statements with many rows of it where
	 * reWriteBatchedInserts is on, which is the default of the pools.
	 */
	void batch(int count) {
		List<Object[]> rows = IntStream.range(0, count).mapToObj((id) -> new Object[] { id, "row " + id }).toList();
		this.template.batchUpdate(INSERT, rows);
	}

	/**
	 * One statement with an array for each column.
	 */
	void arrays(int count) {
		Integer[] ids = IntStream.range(0, count).boxed().toArray(Integer[]::new);
		String[] names = Stream.of(ids).map((id) -> "row " + id).toArray(String[]::new);
		this.client.sql("insert into example_row (id, name) select * from unnest(?, ?)").params(ids, names).update();
	}

	/**
	 * COPY, by the driver's own connection.
	 */
	void copy(int count) {
		String rows = IntStream.range(0, count)
			.mapToObj((id) -> id + "\trow " + id + "\n")
			.collect(Collectors.joining());
		this.template.execute((ConnectionCallback<Long>) (connection) -> {
			try {
				return connection.unwrap(PGConnection.class)
					.getCopyAPI()
					.copyIn("copy example_row (id, name) from stdin", new StringReader(rows));
			}
			catch (IOException ex) {
				throw new SQLException(ex);
			}
		});
	}

	/**
	 * Reads all rows, some at a time; needs a transaction.
	 * @return the number of characters that were read
	 */
	long export() {
		try (Stream<String> names = this.client.sql("select name from example_row order by id")
			.withFetchSize(FETCH_SIZE)
			.query((row, index) -> row.getString("name"))
			.stream()) {
			return names.mapToLong(String::length).sum();
		}
	}

	int count() {
		return this.client.sql("select count(*) from example_row").query(Integer.class).single();
	}

	void clear() {
		this.client.sql("delete from example_row").update();
	}

}
