package io.nexs.sample.order;

import java.math.BigDecimal;
import java.time.Instant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Generated;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A row of the table of orders.
 */
@Entity
@Table(name = "orders")
class OrderEntity {

	private static final int SCALE = 2;

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	@Column(columnDefinition = "text", nullable = false)
	private String customer;

	@Column(columnDefinition = "text", nullable = false)
	private String item;

	@Column(nullable = false)
	private int quantity;

	@Column(precision = 12, scale = SCALE, nullable = false)
	private BigDecimal price;

	@Generated
	@Column(insertable = false, updatable = false)
	private @Nullable Instant createdAt;

	/**
	 * For JPA.
	 */
	@SuppressWarnings("NullAway.Init")
	protected OrderEntity() {
	}

	OrderEntity(NewOrder order) {
		this.customer = order.customer();
		this.item = order.item();
		this.quantity = order.quantity();
		this.price = order.price().setScale(SCALE);
	}

	Order toOrder() {
		Assert.state(this.id != null && this.createdAt != null, "The order is not stored");
		return new Order(this.id, this.customer, this.item, this.quantity, this.price, this.createdAt);
	}

}
