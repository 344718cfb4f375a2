package io.nexs.sample.example.basic;

import java.math.BigDecimal;

/**
 * Something with a price.
 *
 * @param id its number
 * @param name its name
 * @param price its price
 */
record Item(long id, String name, BigDecimal price) {

}
