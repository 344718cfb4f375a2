/**
 * The time without writes when the primary is lost or replaced, of the routed data source
 * and of what it stands in for, in one run.
 */
package io.nexs.postgres.benchmark.gap;
