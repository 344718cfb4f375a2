/**
 * How a pool is bounded, what happens when it is exhausted, how it ends.
 */
@NullMarked
package io.nexs.sample.example.pool;

import org.jspecify.annotations.NullMarked;
