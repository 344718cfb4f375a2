package io.nexs.postgres.starter.neighbours.slices;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A row of the JDBC repository slice.
 *
 * @param id its number
 * @param name its name
 */
@Table("piece")
record Piece(@Id Long id, String name) {
}
