/**
 * What may be told of an operation: SQL without its literals, parameters without secrets.
 */
@NullMarked
package io.nexs.postgres.masking;

import org.jspecify.annotations.NullMarked;
