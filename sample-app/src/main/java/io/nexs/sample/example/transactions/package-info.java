/**
 * Read-only and read-write transactions, isolation, savepoints, retries, a lost COMMIT.
 */
@NullMarked
package io.nexs.sample.example.transactions;

import org.jspecify.annotations.NullMarked;
