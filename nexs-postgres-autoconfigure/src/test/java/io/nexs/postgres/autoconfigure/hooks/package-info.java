/**
 * An application of tests with the hooks that are built in.
 */
package io.nexs.postgres.autoconfigure.hooks;
