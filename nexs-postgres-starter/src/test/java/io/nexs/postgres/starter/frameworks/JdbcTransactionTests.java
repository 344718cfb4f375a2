package io.nexs.postgres.starter.frameworks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.SimpleJdbcCall;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Spring's transactions over JDBC in less common dress: templates, interfaces, stricter
 * transaction managers, keys, batches and calls.
 */
class JdbcTransactionTests extends FrameworkTests {

	@Override
	Class<?> application() {
		return Application.class;
	}

	private String server() {
		return role(bean(Work.class).port());
	}

	private static TransactionTemplate template(JdbcTransactionManager manager, boolean readOnly, int propagation) {
		TransactionTemplate template = new TransactionTemplate(manager);
		template.setReadOnly(readOnly);
		template.setPropagationBehavior(propagation);
		return template;
	}

	private JdbcTransactionManager manager() {
		return new JdbcTransactionManager(bean(DataSource.class));
	}

	@Test
	void templatesWhenNestedGoWhereTheOutermostOfEachTransactionSays() {
		JdbcTransactionManager manager = manager();
		TransactionTemplate read = template(manager, true, TransactionDefinition.PROPAGATION_REQUIRED);
		TransactionTemplate write = template(manager, false, TransactionDefinition.PROPAGATION_REQUIRED);
		TransactionTemplate newRead = template(manager, true, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		TransactionTemplate newWrite = template(manager, false, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		List<String> servers = write.execute((outer) -> read.execute((joined) -> List.of(server(),
				newRead.execute((inner) -> server()), newRead.execute((inner) -> newWrite.execute((most) -> server())),
				newRead.execute((inner) -> write.execute((most) -> server())), server())));
		assertThat(servers).containsExactly("primary", "replica", "primary", "replica", "primary");
	}

	@Test
	void transactionWhenReadOnlyIsEnforcedGoesToReplicaAndRefusesWrites() {
		JdbcTransactionManager manager = manager();
		manager.setEnforceReadOnly(true);
		TransactionTemplate read = template(manager, true, TransactionDefinition.PROPAGATION_REQUIRED);
		long id = newId();
		assertThat(read.<String>execute((status) -> server())).isEqualTo("replica");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> read.executeWithoutResult((status) -> bean(Work.class).insert(id)))
			.withMessageContaining("read-only transaction");
		read.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		assertThat(read.<String>execute((status) -> bean(Work.class).setting("transaction_isolation")))
			.isEqualTo("repeatable read");
		assertThat(committed(id)).isZero();
	}

	@Test
	void transactionWhenTheManagerComparesRefusesAWriterInsideAReaderBeforeAnyStatement() {
		JdbcTransactionManager manager = manager();
		manager.setValidateExistingTransaction(true);
		TransactionTemplate read = template(manager, true, TransactionDefinition.PROPAGATION_REQUIRED);
		TransactionTemplate write = template(manager, false, TransactionDefinition.PROPAGATION_REQUIRED);
		long id = newId();
		assertThatExceptionOfType(IllegalTransactionStateException.class)
			.isThrownBy(() -> read
				.executeWithoutResult((outer) -> write.executeWithoutResult((inner) -> bean(Work.class).insert(id))))
			.withMessageContaining("read-only");
		assertThat(committed(id)).isZero();
	}

	@Test
	void transactionWhenDeclaredOnAnInterfaceIsRoutedByIt() {
		Declared declared = bean(Declared.class);
		assertThat(declared.read(this::server)).isEqualTo("replica");
		assertThat(declared.write(this::server)).isEqualTo("primary");
	}

	/**
	 * The connection of the transaction is still at hand then. As with any data source,
	 * what is written there is committed when autocommit is switched on again.
	 */
	@Test
	void callbackWhenRunAfterCommitStaysOnTheNodeOfItsTransaction() {
		long id = newId();
		List<String> servers = new ArrayList<>();
		bean(Transactions.class).write(() -> afterCommit(() -> {
			bean(Work.class).insert(id);
			servers.add(server());
		}));
		bean(Transactions.class).read(() -> afterCommit(() -> servers.add(server())));
		bean(Transactions.class)
			.read(() -> afterCommit(() -> servers.add(bean(Transactions.class).newWrite(this::server))));
		assertThat(servers).containsExactly("primary", "replica", "primary");
		assertThat(committed(id)).isOne();
	}

	@Test
	void callbackWhenItWritesAfterAReadOnlyCommitIsRefused() {
		long id = newId();
		List<Throwable> failures = new ArrayList<>();
		bean(Transactions.class)
			.read(() -> afterCommit(() -> failures.add(catchThrowable(() -> bean(Work.class).insert(id)))));
		assertThat(failures).singleElement()
			.satisfies((failure) -> assertThat(failure).rootCause().hasFieldOrPropertyWithValue("SQLState", "25006"));
		assertThat(committed(id)).isZero();
	}

	private String afterCommit(Runnable work) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				work.run();
			}

		});
		return server();
	}

	@Test
	void keysWhenGeneratedInATransactionAreReturned() {
		long id = newId();
		JdbcTemplate template = bean(JdbcTemplate.class);
		GeneratedKeyHolder keys = new GeneratedKeyHolder();
		Number key = bean(Transactions.class).write(() -> {
			template.update((connection) -> connection.prepareStatement("insert into item (id) values (" + id + ")",
					new String[] { "id" }), keys);
			return new SimpleJdbcInsert(template).withTableName("part")
				.usingGeneratedKeyColumns("id")
				.usingColumns("item_id")
				.executeAndReturnKey(Map.of("item_id", id));
		});
		assertThat(keys.getKeyAs(Long.class)).isEqualTo(id);
		assertThat(key.longValue()).isPositive();
	}

	@Test
	void batchWhenInAReadOnlyTransactionIsRefusedWhole() {
		long id = newId();
		JdbcTemplate template = bean(JdbcTemplate.class);
		List<Object[]> rows = List.of(new Object[] { id }, new Object[] { newId() });
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> bean(Transactions.class)
				.read(() -> template.batchUpdate("insert into item (id) values (?)", rows)))
			.withMessageContaining("read-only transaction");
		assertThat(committed(id)).isZero();
		bean(Transactions.class).write(() -> template.batchUpdate("insert into item (id) values (?)", rows));
		assertThat(committed(id)).isOne();
	}

	/**
	 * A function says nothing about whether it writes; the transaction does.
	 */
	@Test
	void functionWhenItWritesIsRefusedByAReadOnlyTransactionAndDoneByAnother() {
		long id = newId();
		SimpleJdbcCall call = new SimpleJdbcCall(bean(JdbcTemplate.class)).withFunctionName("add_item");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> bean(Transactions.class).read(() -> call.executeFunction(Long.class, id)))
			.withMessageContaining("read-only transaction");
		assertThat(committed(id)).isZero();
		assertThat(bean(Transactions.class).<Long>write(() -> call.executeFunction(Long.class, id))).isEqualTo(id);
		assertThat(committed(id)).isOne();
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@Import(JdbcWork.class)
	static class Application {

		@Bean
		Declared declared() {
			return new DeclaredService();
		}

	}

	/**
	 * Declares what its implementation does not.
	 */
	@Transactional
	interface Declared {

		@Transactional(readOnly = true)
		String read(Supplier<String> work);

		String write(Supplier<String> work);

	}

	static class DeclaredService implements Declared {

		@Override
		public String read(Supplier<String> work) {
			return work.get();
		}

		@Override
		public String write(Supplier<String> work) {
			return work.get();
		}

	}

}
