package io.nexs.sample.order;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import jakarta.persistence.EntityManager;
import org.hibernate.Hibernate;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Several transactions in one session, which open-in-view keeps for the whole request.
 */
@RestController
@RequestMapping("/test/session")
class SessionController {

	private final EntityManager entities;

	private final TransactionOperations reads;

	private final TransactionOperations writes;

	SessionController(EntityManager entities, PlatformTransactionManager transactions) {
		this.entities = entities;
		TransactionTemplate readOnly = new TransactionTemplate(transactions);
		readOnly.setReadOnly(true);
		this.reads = readOnly;
		this.writes = new TransactionTemplate(transactions);
	}

	@PostMapping("/read-then-write")
	Map<String, Object> readThenWrite() {
		List<?> first = this.reads.execute((status) -> server());
		List<?> second = this.writes.execute((status) -> {
			OrderEntity order = new OrderEntity(new NewOrder("ada", "lamp", 1, BigDecimal.ONE));
			this.entities.persist(order);
			this.entities.persist(new OrderNote(order, "gift"));
			this.entities.flush();
			return server();
		});
		List<?> third = this.reads.execute((status) -> server());
		return Map.of("first", first, "second", second, "third", third);
	}

	@PostMapping("/notes")
	long note() {
		return this.writes.execute((status) -> {
			OrderEntity order = new OrderEntity(new NewOrder("ada", "vase", 1, BigDecimal.ONE));
			this.entities.persist(order);
			OrderNote note = new OrderNote(order, "fragile");
			this.entities.persist(note);
			return note.getId();
		});
	}

	@GetMapping("/notes/{id}")
	Map<String, Object> lazily(@PathVariable long id) {
		OrderNote note = this.reads.execute((status) -> this.entities.find(OrderNote.class, id));
		boolean loaded = Hibernate.isInitialized(note.getOrder());
		return Map.of("loaded", loaded, "item", note.getOrder().toOrder().item(), "inRecovery", server().get(0));
	}

	private List<?> server() {
		Object[] row = (Object[]) this.entities
			.createNativeQuery("select pg_is_in_recovery(), inet_server_port()", Object[].class)
			.getSingleResult();
		return List.of(row);
	}

}
