/**
 * Beans that refuse, time and record operations.
 */
@NullMarked
package io.nexs.sample.example.hooks;

import org.jspecify.annotations.NullMarked;
