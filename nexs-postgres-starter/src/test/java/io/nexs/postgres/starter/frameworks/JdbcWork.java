package io.nexs.postgres.starter.frameworks;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The work by {@link JdbcClient}, and by {@link JdbcTemplate} where rows are streamed.
 */
@Repository
class JdbcWork implements Work {

	private final JdbcClient jdbc;

	private final JdbcTemplate template;

	JdbcWork(JdbcClient jdbc, JdbcTemplate template) {
		this.jdbc = jdbc;
		this.template = template;
	}

	@Override
	public int port() {
		return this.jdbc.sql("select inet_server_port()").query(Integer.class).single();
	}

	@Override
	public String setting(String name) {
		return this.jdbc.sql("select current_setting(?)").param(name).query(String.class).single();
	}

	@Override
	public void insert(long id) {
		this.jdbc.sql("insert into item (id, text) values (?, 'row')").param(id).update();
	}

	@Override
	public void insertBatch(long first, long second) {
		this.template.batchUpdate("insert into item (id, text) values (?, 'row')",
				List.of(new Object[] { first }, new Object[] { second }));
	}

	@Override
	public long count(long id) {
		return this.jdbc.sql("select count(*) from item where id = :id").param("id", id).query(Long.class).single();
	}

	@Override
	public void lock(long id) {
		this.jdbc.sql("select id from item where id = ? for update").param(id).query(Long.class).list();
	}

	@Override
	public long next() {
		return this.jdbc.sql("select nextval('item_seq')").query(Long.class).single();
	}

	@Override
	public void sleep() {
		this.template.execute("select pg_sleep(30)");
	}

	@Override
	public Stream<Long> stream() {
		return this.template.queryForStream("select id from many order by id", (row, index) -> row.getLong(1));
	}

	@Override
	public long cursors() {
		return this.jdbc.sql("select count(*) from pg_cursors where statement like 'select id from many%'")
			.query(Long.class)
			.single();
	}

}
