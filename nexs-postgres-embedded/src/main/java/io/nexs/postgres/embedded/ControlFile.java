package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code global/pg_control} of a stopped server says. The layout is that of
 * {@code ControlFileData} in PostgreSQL's {@code catalog/pg_control.h}, the same since
 * version 9.6.
 *
 * @param shutDown whether a primary was shut down in order
 * @param checkpoint where the last checkpoint record starts
 */
record ControlFile(boolean shutDown, long checkpoint) {

	private static final int STATE_OFFSET = 16;

	private static final int CHECKPOINT_OFFSET = 32;

	private static final int SHUT_DOWN = 1;

	static ControlFile read(Path data) {
		try {
			ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(data.resolve("global/pg_control")))
				.order(ByteOrder.nativeOrder());
			return new ControlFile(content.getInt(STATE_OFFSET) == SHUT_DOWN, content.getLong(CHECKPOINT_OFFSET));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not read pg_control", ex);
		}
	}

}
