package io.nexs.postgres.starter.frameworks;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.data.jdbc.core.JdbcAggregateOperations;
import org.springframework.stereotype.Repository;

/**
 * The work by a repository, and by {@link JdbcAggregateOperations} where it is to insert.
 */
@Repository
class DataJdbcWork implements Work {

	private final DataJdbcItems items;

	private final DataJdbcServers servers;

	private final JdbcAggregateOperations operations;

	DataJdbcWork(DataJdbcItems items, DataJdbcServers servers, JdbcAggregateOperations operations) {
		this.items = items;
		this.servers = servers;
		this.operations = operations;
	}

	@Override
	public int port() {
		return this.items.port();
	}

	@Override
	public String setting(String name) {
		return this.items.setting(name);
	}

	@Override
	public void insert(long id) {
		this.operations.insert(new DataJdbcItem(id, "row"));
	}

	@Override
	public void insertBatch(long first, long second) {
		this.operations.insertAll(List.of(new DataJdbcItem(first, "row"), new DataJdbcItem(second, "row")));
	}

	@Override
	public long count(long id) {
		return this.items.countById(id);
	}

	@Override
	public void lock(long id) {
		this.items.lock(id);
	}

	@Override
	public long next() {
		return this.items.next();
	}

	@Override
	public void sleep() {
		this.items.sleep();
	}

	@Override
	public Stream<Long> stream() {
		return this.items.streamMany();
	}

	@Override
	public long cursors() {
		return this.items.cursors();
	}

	@Override
	public Integer ownRead() {
		return this.servers.findById(1).orElseThrow().port();
	}

}
