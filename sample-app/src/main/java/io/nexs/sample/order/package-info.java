/**
 * Orders, stored by JDBC and by JPA side by side.
 */
@NullMarked
package io.nexs.sample.order;

import org.jspecify.annotations.NullMarked;
