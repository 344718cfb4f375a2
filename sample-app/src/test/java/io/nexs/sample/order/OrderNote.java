package io.nexs.sample.order;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

/**
 * A row that refers to an order, which is loaded when it is looked at.
 */
@Entity
@Table(name = "order_notes")
class OrderNote {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private Long id;

	@ManyToOne(fetch = FetchType.LAZY, optional = false)
	@JoinColumn(name = "order_id")
	private OrderEntity order;

	private String text;

	protected OrderNote() {
	}

	OrderNote(OrderEntity order, String text) {
		this.order = order;
		this.text = text;
	}

	Long getId() {
		return this.id;
	}

	OrderEntity getOrder() {
		return this.order;
	}

}
