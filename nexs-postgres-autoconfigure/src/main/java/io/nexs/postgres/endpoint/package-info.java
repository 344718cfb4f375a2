/**
 * The actuator endpoint {@code nexsdb} and what {@code info} says of the database.
 */
@NullMarked
package io.nexs.postgres.endpoint;

import org.jspecify.annotations.NullMarked;
