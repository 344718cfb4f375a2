/**
 * Benchmarks, ours beside the peers in one run. JMH fills the fields of a state, so null
 * safety is not checked here.
 */
package io.nexs.postgres.benchmark;
