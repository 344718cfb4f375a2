package io.nexs.postgres.cluster;

import java.util.Locale;

/**
 * A position in the write-ahead log: an unsigned 64-bit number, written by PostgreSQL as
 * two hexadecimal halves, {@code 16/B374D848}.
 *
 * @param value the position, to be read as unsigned
 */
public record Lsn(long value) implements Comparable<Lsn> {

	/**
	 * Read the text form of {@code pg_lsn}.
	 * @param text two hexadecimal numbers of up to eight digits, separated by a slash
	 * @return the position
	 * @throws IllegalArgumentException when the text has another form
	 */
	public static Lsn parse(String text) {
		int slash = text.indexOf('/');
		int low = text.length() - slash - 1;
		if (slash < 1 || slash > 8 || low < 1 || low > 8 || text.indexOf('+') >= 0) {
			throw new IllegalArgumentException("Not an LSN: '" + text + "'");
		}
		try {
			return new Lsn(Long.parseUnsignedLong(text, 0, slash, 16) << 32
					| Long.parseUnsignedLong(text, slash + 1, text.length(), 16));
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("Not an LSN: '" + text + "'", ex);
		}
	}

	/**
	 * How far this position is ahead of another one.
	 * @param other the position to compare with
	 * @return the distance in bytes, negative when this position is behind
	 */
	public long bytesAhead(Lsn other) {
		return this.value - other.value;
	}

	@Override
	public int compareTo(Lsn other) {
		return Long.compareUnsigned(this.value, other.value);
	}

	@Override
	public String toString() {
		return Long.toHexString(this.value >>> 32).toUpperCase(Locale.ROOT) + "/"
				+ Long.toHexString(this.value & 0xFFFFFFFFL).toUpperCase(Locale.ROOT);
	}

}
