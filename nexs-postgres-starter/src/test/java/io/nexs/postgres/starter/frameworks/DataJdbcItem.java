package io.nexs.postgres.starter.frameworks;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * An aggregate of Spring Data JDBC.
 */
@Table("item")
record DataJdbcItem(@Id long id, String text) {

}
