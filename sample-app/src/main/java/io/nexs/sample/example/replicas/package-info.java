/**
 * Where reads go, and what becomes of them when a replica lags or dies.
 */
@NullMarked
package io.nexs.sample.example.replicas;

import org.jspecify.annotations.NullMarked;
