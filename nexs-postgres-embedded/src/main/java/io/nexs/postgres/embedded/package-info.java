/**
 * A PostgreSQL primary with streaming replicas as child processes of this JVM, for tests
 * and demonstrations.
 */
@NullMarked
package io.nexs.postgres.embedded;

import org.jspecify.annotations.NullMarked;
