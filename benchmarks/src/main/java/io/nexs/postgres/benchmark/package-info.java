/**
 * Benchmarks, ours beside the peers in one run.
 */
@NullMarked
package io.nexs.postgres.benchmark;

import org.jspecify.annotations.NullMarked;
