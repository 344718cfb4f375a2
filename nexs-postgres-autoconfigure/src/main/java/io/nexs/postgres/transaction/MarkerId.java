package io.nexs.postgres.transaction;

import java.util.UUID;

/**
 * Identifiers of markers: UUIDs of version 7, which begin with the time, so that new ones
 * go to the end of the index. Source: RFC 9562, section 5.7.
 */
final class MarkerId {

	private static final long VERSION = 0x7000L;

	private static final long VARIANT = 0x8000_0000_0000_0000L;

	private MarkerId() {
	}

	static UUID next() {
		return of(System.currentTimeMillis());
	}

	/**
	 * A new identifier of a time.
	 */
	static UUID of(long epochMillis) {
		UUID random = UUID.randomUUID();
		return at(epochMillis, random.getMostSignificantBits(), random.getLeastSignificantBits());
	}

	/**
	 * The lowest identifier of a time.
	 */
	static UUID lowest(long epochMillis) {
		return at(epochMillis, 0, 0);
	}

	private static UUID at(long epochMillis, long high, long low) {
		return new UUID((epochMillis << 16) | VERSION | (high & 0xfff), VARIANT | (low & (-1L >>> 2)));
	}

}
