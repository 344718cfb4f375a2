package io.nexs.postgres.starter.frameworks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.mybatis.spring.SqlSessionTemplate;

import org.springframework.stereotype.Repository;

/**
 * The work by a mapper.
 */
@Repository
class MyBatisWork implements Work {

	private final MyBatisItems items;

	private final SqlSessionFactory sessions;

	MyBatisWork(MyBatisItems items, SqlSessionFactory sessions) {
		this.items = items;
		this.sessions = sessions;
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
		this.items.insert(id);
	}

	@Override
	public void insertBatch(long first, long second) {
		SqlSessionTemplate batch = new SqlSessionTemplate(this.sessions, ExecutorType.BATCH);
		MyBatisItems batched = batch.getMapper(MyBatisItems.class);
		batched.insert(first);
		batched.insert(second);
		batch.flushStatements();
	}

	@Override
	public long count(long id) {
		return this.items.count(id);
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
		Cursor<Long> cursor = this.items.streamMany();
		return StreamSupport.stream(cursor.spliterator(), false).onClose(() -> close(cursor));
	}

	private static void close(Cursor<Long> cursor) {
		try {
			cursor.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public long cursors() {
		return this.items.cursors();
	}

}
