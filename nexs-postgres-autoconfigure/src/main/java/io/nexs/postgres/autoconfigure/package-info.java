/**
 * Configuration under {@code nexs.db} and what is made of it in a Spring Boot
 * application.
 */
@NullMarked
package io.nexs.postgres.autoconfigure;

import org.jspecify.annotations.NullMarked;
