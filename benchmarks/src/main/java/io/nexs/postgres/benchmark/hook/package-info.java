/**
 * What hooks and meters cost per statement, without the time of a server.
 */
package io.nexs.postgres.benchmark.hook;
