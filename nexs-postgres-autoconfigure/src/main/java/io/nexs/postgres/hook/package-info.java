/**
 * Hooks: what an application is called with around every operation on its database.
 */
@NullMarked
package io.nexs.postgres.hook;

import org.jspecify.annotations.NullMarked;
