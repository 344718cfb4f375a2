package io.nexs.sample.order;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * An order that was placed.
 *
 * @param id number of the order
 * @param customer who ordered
 * @param item what was ordered
 * @param quantity how many of it
 * @param price price of one
 * @param createdAt when it was placed
 */
public record Order(long id, String customer, String item, int quantity, BigDecimal price, Instant createdAt) {

}
