/**
 * An order service that shows the starter at work.
 */
@NullMarked
package io.nexs.sample;

import org.jspecify.annotations.NullMarked;
