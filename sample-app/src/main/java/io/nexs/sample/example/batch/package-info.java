/**
 * Many rows: single inserts, batches, arrays, COPY, and a streamed export.
 */
@NullMarked
package io.nexs.sample.example.batch;

import org.jspecify.annotations.NullMarked;
