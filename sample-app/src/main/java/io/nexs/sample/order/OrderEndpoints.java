package io.nexs.sample.order;

import java.net.URI;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * The HTTP calls for orders, the same whatever they are stored with.
 */
abstract class OrderEndpoints {

	private final Orders orders;

	OrderEndpoints(Orders orders) {
		this.orders = orders;
	}

	@PostMapping
	ResponseEntity<Order> place(@Valid @RequestBody NewOrder order) {
		Order placed = this.orders.place(order);
		URI location = ServletUriComponentsBuilder.fromCurrentRequest().path("/{id}").build(placed.id());
		return ResponseEntity.created(location).body(placed);
	}

	@GetMapping("/{id}")
	Order find(@PathVariable long id) {
		return this.orders.find(id).orElseThrow(() -> new OrderNotFoundException(id));
	}

	@GetMapping
	List<Order> ofCustomer(@RequestParam @NotBlank String customer,
			@RequestParam(required = false) @Min(1) @Max(1000) @Nullable Integer limit) {
		return this.orders.ofCustomer(customer, limit);
	}

}
