/**
 * {@code postgres://} URIs and JDBC URLs, with one host or several, as one parsed value.
 */
@NullMarked
package io.nexs.postgres.dsn;

import org.jspecify.annotations.NullMarked;
