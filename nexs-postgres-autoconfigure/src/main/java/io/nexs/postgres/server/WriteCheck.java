package io.nexs.postgres.server;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What became of the write by which a primary was tried. Immutable.
 *
 * @param took time until it was committed or given up
 * @param problem why it was not committed in time, without data; {@code null} if it was
 */
public record WriteCheck(Duration took, @Nullable String problem) {
}
