/**
 * An application of tests that uses JPA and JDBC.
 */
package io.nexs.postgres.autoconfigure.jpa;
