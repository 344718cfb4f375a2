/**
 * What every application does: queries, parameters, a transaction that is rolled back.
 */
@NullMarked
package io.nexs.sample.example.basic;

import org.jspecify.annotations.NullMarked;
