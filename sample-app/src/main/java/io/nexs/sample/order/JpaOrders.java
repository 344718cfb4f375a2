package io.nexs.sample.order;

import java.util.List;
import java.util.Optional;

import io.nexs.postgres.retry.RetryTransaction;
import org.jspecify.annotations.Nullable;

import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Orders by JPA.
 */
@Service
@RetryTransaction
@Transactional(readOnly = true)
class JpaOrders implements Orders {

	private final OrderRepository repository;

	JpaOrders(OrderRepository repository) {
		this.repository = repository;
	}

	@Override
	@Transactional
	public Order place(NewOrder order) {
		return this.repository.saveAndFlush(new OrderEntity(order)).toOrder();
	}

	@Override
	public Optional<Order> find(long id) {
		return this.repository.findById(id).map(OrderEntity::toOrder);
	}

	@Override
	public List<Order> ofCustomer(String customer, @Nullable Integer limit) {
		Limit rows = (limit != null) ? Limit.of(limit) : Limit.unlimited();
		return this.repository.findByCustomerOrderByCreatedAtDescIdDesc(customer, rows)
			.stream()
			.map(OrderEntity::toOrder)
			.toList();
	}

}
