/**
 * Examples to read and to copy from, each in a package of its own, and what runs them: by
 * a request or at the start.
 */
@NullMarked
package io.nexs.sample.example;

import org.jspecify.annotations.NullMarked;
