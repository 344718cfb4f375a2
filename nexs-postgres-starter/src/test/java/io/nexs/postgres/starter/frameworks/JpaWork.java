package io.nexs.postgres.starter.frameworks;

import java.util.stream.Stream;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import org.hibernate.Session;

import org.springframework.stereotype.Repository;

/**
 * The work by an {@link EntityManager} and a repository.
 */
@Repository
class JpaWork implements Work {

	private final EntityManager entities;

	private final JpaItems items;

	private final JpaServers servers;

	JpaWork(EntityManager entities, JpaItems items, JpaServers servers) {
		this.entities = entities;
		this.items = items;
		this.servers = servers;
	}

	private <T> T single(String sql, Class<T> type) {
		return type.cast(this.entities.createNativeQuery(sql, type).getSingleResult());
	}

	@Override
	public int port() {
		return single("select inet_server_port()", Integer.class);
	}

	@Override
	public String setting(String name) {
		return (String) this.entities.createNativeQuery("select current_setting(:name)", String.class)
			.setParameter("name", name)
			.getSingleResult();
	}

	@Override
	public void insert(long id) {
		this.entities.persist(new JpaItem(id));
		this.entities.flush();
	}

	@Override
	public void insertBatch(long first, long second) {
		this.entities.unwrap(Session.class).setJdbcBatchSize(2);
		this.entities.persist(new JpaItem(first));
		this.entities.persist(new JpaItem(second));
		this.entities.flush();
	}

	@Override
	public long count(long id) {
		return this.items.countById(id);
	}

	@Override
	public void lock(long id) {
		this.entities.createQuery("select i from JpaItem i where i.id = :id", JpaItem.class)
			.setParameter("id", id)
			.setLockMode(LockModeType.PESSIMISTIC_WRITE)
			.getResultList();
	}

	@Override
	public long next() {
		return single("select nextval('item_seq')", Long.class);
	}

	@Override
	public void sleep() {
		single("select cast(pg_sleep(30) as text)", String.class);
	}

	@Override
	public Stream<Long> stream() {
		return this.items.streamMany();
	}

	@Override
	public long cursors() {
		return single("select count(*) from pg_cursors where statement like 'select id from many%'", Long.class);
	}

	@Override
	public Integer ownRead() {
		return this.servers.findById(1).orElseThrow().port();
	}

}
