/**
 * Writers that go on while the primary is killed.
 */
@NullMarked
package io.nexs.sample.example.failover;

import org.jspecify.annotations.NullMarked;
