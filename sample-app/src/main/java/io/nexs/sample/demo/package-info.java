/**
 * Operations on the embedded cluster by HTTP.
 */
@NullMarked
package io.nexs.sample.demo;

import org.jspecify.annotations.NullMarked;
