package io.nexs.postgres.starter.frameworks;

import java.util.stream.Stream;

import org.jooq.DSLContext;

import org.springframework.stereotype.Repository;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

/**
 * The work by a {@link DSLContext}.
 */
@Repository
class JooqWork implements Work {

	private final DSLContext dsl;

	JooqWork(DSLContext dsl) {
		this.dsl = dsl;
	}

	@Override
	public int port() {
		return this.dsl.select(field("inet_server_port()", Integer.class)).fetchSingle().value1();
	}

	@Override
	public String setting(String name) {
		return this.dsl.select(field("current_setting({0})", String.class, val(name))).fetchSingle().value1();
	}

	@Override
	public void insert(long id) {
		this.dsl.insertInto(table("item"), field("id", Long.class), field("text", String.class))
			.values(id, "row")
			.execute();
	}

	@Override
	public void insertBatch(long first, long second) {
		this.dsl
			.batch(this.dsl.insertInto(table("item"), field("id", Long.class), field("text", String.class))
				.values((Long) null, null))
			.bind(first, "row")
			.bind(second, "row")
			.execute();
	}

	@Override
	public long count(long id) {
		return this.dsl.fetchCount(table("item"), field("id", Long.class).eq(id));
	}

	@Override
	public void lock(long id) {
		this.dsl.select(field("id", Long.class))
			.from(table("item"))
			.where(field("id", Long.class).eq(id))
			.forUpdate()
			.fetch();
	}

	@Override
	public long next() {
		return this.dsl.select(field("nextval('item_seq')", Long.class)).fetchSingle().value1();
	}

	@Override
	public void sleep() {
		this.dsl.execute("select pg_sleep(30)");
	}

	@Override
	public Stream<Long> stream() {
		return this.dsl.select(field("id", Long.class))
			.from(table("many"))
			.orderBy(field("id"))
			.fetchSize(100)
			.fetchStream()
			.map((row) -> row.value1());
	}

	@Override
	public long cursors() {
		return this.dsl.fetchCount(table("pg_cursors"), field("statement", String.class).like("select id from many%"));
	}

}
