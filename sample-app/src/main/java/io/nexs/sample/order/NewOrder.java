package io.nexs.sample.order;

import java.math.BigDecimal;

import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;

/**
 * An order to place.
 *
 * @param customer who orders
 * @param item what is ordered
 * @param quantity how many of it
 * @param price price of one
 */
public record NewOrder(@NotBlank @Size(max = 100) String customer, @NotBlank @Size(max = 200) String item,
		@NotNull @Positive Integer quantity,
		@NotNull @PositiveOrZero @Digits(integer = 10, fraction = 2) BigDecimal price) {

}
