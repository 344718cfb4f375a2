package io.nexs.postgres.autoconfigure.jpa;

import io.nexs.postgres.routing.ReadFrom;
import io.nexs.postgres.routing.ReadPreference;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Asks the server, by JPA and by JDBC, whether it is a replica.
 */
@Service
public class ItemService {

	private final Items items;

	private final JdbcClient jdbc;

	ItemService(Items items, JdbcClient jdbc) {
		this.items = items;
		this.jdbc = jdbc;
	}

	@Transactional(readOnly = true)
	public String read() {
		return where();
	}

	@Transactional(readOnly = true)
	@ReadFrom(ReadPreference.PRIMARY)
	public String readFromPrimary() {
		return where();
	}

	@Transactional
	public String write() {
		this.items.saveAndFlush(new Item("thing"));
		return where();
	}

	@Transactional(readOnly = true)
	public long writeDespiteReadOnly() {
		return this.jdbc.sql("insert into item (name) values ('never')").update();
	}

	@Transactional(readOnly = true)
	@ReadFrom(ReadPreference.PRIMARY)
	public long writeOnPrimaryDespiteReadOnly() {
		return this.jdbc.sql("insert into item (name) values ('never')").update();
	}

	private String where() {
		boolean byJdbc = this.jdbc.sql("select pg_is_in_recovery()").query(Boolean.class).single();
		return name(this.items.isOnReplica()) + "/" + name(byJdbc);
	}

	private static String name(boolean replica) {
		return replica ? "replica" : "primary";
	}

}
