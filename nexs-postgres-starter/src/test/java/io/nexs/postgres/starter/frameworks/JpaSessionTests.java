package io.nexs.postgres.starter.frameworks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.SessionFactory;
import org.hibernate.SharedSessionContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Sessions of Hibernate that live longer than a transaction, and what a read-only
 * transaction means to them.
 */
class JpaSessionTests extends FrameworkTests {

	@Override
	Class<?> application() {
		return JpaTests.Application.class;
	}

	private Transactions transactions() {
		return bean(Transactions.class);
	}

	private Work work() {
		return bean(Work.class);
	}

	private String server() {
		return role(work().port());
	}

	/**
	 * Does what open session in view does around a request.
	 */
	private void inView(Consumer<EntityManager> request) {
		EntityManagerFactory factory = bean(EntityManagerFactory.class);
		EntityManager entities = ((EntityManagerFactoryInfo) factory).createNativeEntityManager(null);
		TransactionSynchronizationManager.bindResource(factory, new EntityManagerHolder(entities));
		try {
			request.accept(entities);
		}
		finally {
			TransactionSynchronizationManager.unbindResource(factory);
			entities.close();
		}
	}

	private long itemWithParts() {
		long id = newId();
		transactions().write(() -> {
			work().insert(id);
			return bean(JdbcClient.class).sql("insert into part (item_id) values (?), (?)").params(id, id).update();
		});
		SharedCluster.awaitReplicas(cluster());
		return id;
	}

	private String loadedFrom(JpaItem item) {
		assertThat(item.parts()).hasSize(2);
		return role(item.parts().get(0).port());
	}

	@Test
	void viewWhenTransactionsAlternateRoutesEachAnew() {
		List<String> servers = new ArrayList<>();
		long id = newId();
		inView((entities) -> {
			servers.add(transactions().read(this::server));
			servers.add(transactions().write(() -> {
				work().insert(id);
				return server();
			}));
			servers.add(transactions().read(this::server));
			servers.add(transactions().write(this::server));
		});
		assertThat(servers).containsExactly("replica", "primary", "replica", "primary");
		assertThat(committed(id)).isOne();
	}

	@Test
	void viewWhenLoadingLazilyAfterATransactionStaysOnItsNode() {
		long read = itemWithParts();
		long written = itemWithParts();
		inView((entities) -> {
			JpaItem item = transactions().read(() -> entities.find(JpaItem.class, read));
			assertThat(loadedFrom(item)).isEqualTo("replica");
			JpaItem other = transactions().write(() -> entities.find(JpaItem.class, written));
			assertThat(loadedFrom(other)).isEqualTo("primary");
			assertThat(transactions().<String>read(this::server)).isEqualTo("replica");
		});
	}

	@Test
	void viewWhenLoadingWithoutAnyTransactionGoesToPrimary() {
		long id = itemWithParts();
		inView((entities) -> assertThat(loadedFrom(entities.find(JpaItem.class, id))).isEqualTo("primary"));
	}

	@Test
	void viewWhenATransactionHadAnIsolationOfItsOwnLeavesNoTrace() {
		inView((entities) -> {
			assertThat(transactions().<String>repeatableRead(() -> work().setting("transaction_isolation")))
				.isEqualTo("repeatable read");
			assertThat(transactions().<String>write(() -> work().setting("transaction_isolation")))
				.isEqualTo("read committed");
			assertThat(transactions().<String>serializableRead(this::server)).isEqualTo("primary");
			assertThat(transactions().<String>read(this::server)).isEqualTo("replica");
		});
	}

	@Test
	void viewWhenItsReadOnlyTransactionFailedWritesToPrimaryAfterwards() {
		long id = newId();
		inView((entities) -> {
			assertThatThrownBy(() -> transactions().read(() -> work().next()));
			transactions().write(() -> {
				work().insert(id);
				return null;
			});
		});
		assertThat(committed(id)).isOne();
	}

	@Test
	void sessionWhenItsTransactionsAlternateRoutesEachAnew() {
		try (SharedSessionContract session = sessions().openSession()) {
			alternate(session);
		}
	}

	@Test
	void statelessSessionWhenItsTransactionsAlternateRoutesEachAnew() {
		try (SharedSessionContract session = sessions().openStatelessSession()) {
			alternate(session);
		}
	}

	private SessionFactory sessions() {
		return bean(EntityManagerFactory.class).unwrap(SessionFactory.class);
	}

	private void alternate(SharedSessionContract session) {
		List<String> servers = new ArrayList<>();
		for (boolean readOnly : new boolean[] { false, true, false, true }) {
			session.doWork((connection) -> connection.setReadOnly(readOnly));
			servers.add(inTransaction(session));
		}
		assertThat(servers).containsExactly("primary", "replica", "primary", "replica");
	}

	private String inTransaction(SharedSessionContract session) {
		session.beginTransaction();
		int port = session.createNativeQuery("select inet_server_port()", Integer.class).getSingleResult();
		session.getTransaction().commit();
		return role(port);
	}

	@Test
	void sessionWhenOpenedReadOnlyGoesToReplica() {
		try (SharedSessionContract session = sessions().withOptions().readOnly(true).openSession()) {
			assertThat(inTransaction(session)).isEqualTo("replica");
		}
		try (SharedSessionContract session = sessions().withStatelessOptions().readOnly(true).openStatelessSession()) {
			assertThat(inTransaction(session)).isEqualTo("replica");
		}
		try (SharedSessionContract session = sessions().openSession()) {
			assertThat(inTransaction(session)).isEqualTo("primary");
		}
	}

	/**
	 * Spring tells the connection nothing when Hibernate gives it back after each
	 * transaction.
	 */
	@Test
	void transactionWhenHibernateReleasesAfterEachIsNotMarkedReadOnlyAndGoesToPrimary() {
		try (ConfigurableApplicationContext released = run(JpaTests.Application.class,
				"spring.jpa.properties.hibernate.connection.handling_mode"
						+ "=DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION")) {
			Transactions transactions = released.getBean(Transactions.class);
			Work work = released.getBean(Work.class);
			assertThat(transactions.<String>read(() -> role(work.port()))).isEqualTo("primary");
			assertThat(transactions.<String>read(() -> work.setting("transaction_read_only"))).isEqualTo("off");
			assertThat(transactions.<String>write(() -> role(work.port()))).isEqualTo("primary");
		}
	}

	/**
	 * Spring sets the flush mode to manual, so the server is not even asked.
	 */
	@Test
	void changeWhenTheTransactionIsReadOnlyIsNotFlushedAndNotRefused() {
		long id = itemWithParts();
		long other = newId();
		transactions().read(() -> {
			bean(EntityManager.class).find(JpaItem.class, id).text("changed");
			bean(EntityManager.class).persist(new JpaItem(other));
			return null;
		});
		assertThat(SharedCluster.query(cluster().primary(), "select text from item where id = " + id))
			.containsExactly("row");
		assertThat(committed(other)).isZero();
	}

	@Test
	void jdbcWhenInATransactionOfJpaSharesItsConnection() {
		long id = newId();
		JdbcClient jdbc = bean(JdbcClient.class);
		String servers = transactions().write(() -> {
			work().insert(id);
			assertThat(jdbc.sql("select count(*) from item where id = ?").param(id).query(Long.class).single()).isOne();
			return server() + " " + role(jdbc.sql("select inet_server_port()").query(Integer.class).single());
		});
		assertThat(servers).isEqualTo("primary primary");
		int pid = transactions().read(() -> jdbc.sql("select pg_backend_pid()").query(Integer.class).single()
				- (int) bean(EntityManager.class).createNativeQuery("select pg_backend_pid()", Integer.class)
					.getSingleResult());
		assertThat(pid).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 1_000_000 })
	void largeTextWhenReadFromAReplicaIsWhole(int length) {
		long id = newId();
		String text = "x".repeat(length);
		transactions().write(() -> {
			bean(EntityManager.class).persist(new JpaNote(id, text));
			return null;
		});
		SharedCluster.awaitReplicas(cluster());
		transactions().read(() -> {
			assertThat(server()).isEqualTo("replica");
			JpaNote note = bean(EntityManager.class).find(JpaNote.class, id);
			assertThat(note.text()).isEqualTo(text);
			assertThat(note.large()).isEqualTo(text);
			return null;
		});
	}

}
