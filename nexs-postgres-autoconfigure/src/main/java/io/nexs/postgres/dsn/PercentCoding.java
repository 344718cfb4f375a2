package io.nexs.postgres.dsn;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding of the parts of a DSN. Decoding is strict, as libpq's: two hexadecimal
 * digits after each {@code %}, UTF-8, no zero byte.
 */
final class PercentCoding {

	private PercentCoding() {
	}

	/**
	 * Decode one part.
	 * @param text the part as written
	 * @param plusIsSpace whether {@code +} stands for a space (JDBC URLs, read by pgjdbc
	 * that way) or for itself (libpq URIs)
	 * @param part name of the part for the message of a failure
	 * @return the decoded text
	 */
	static String decode(String text, boolean plusIsSpace, String part) {
		if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
			return text;
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '%') {
				bytes.write(octet(text, i, part));
				i += 2;
			}
			else if (c == '+' && plusIsSpace) {
				bytes.write(' ');
			}
			else {
				int end = Character.isHighSurrogate(c) ? Math.min(i + 2, text.length()) : i + 1;
				bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
				i = end - 1;
			}
		}
		return utf8(bytes.toByteArray(), part);
	}

	static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static int octet(String text, int percent, String part) {
		int high = (percent + 2 < text.length()) ? Character.digit(text.charAt(percent + 1), 16) : -1;
		int low = (high >= 0) ? Character.digit(text.charAt(percent + 2), 16) : -1;
		if (low < 0) {
			throw new InvalidDsnException("The " + part + " has a '%' that two hexadecimal digits do not follow.",
					"Write a percent sign itself as %25.");
		}
		int octet = high * 16 + low;
		if (octet == 0) {
			throw new InvalidDsnException("The " + part + " has a zero byte (%00).",
					"PostgreSQL accepts no zero bytes: remove it.");
		}
		return octet;
	}

	private static String utf8(byte[] bytes, String part) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			// not kept as the cause: nothing in it helps
			throw new InvalidDsnException("The " + part + " is not UTF-8 after percent-decoding.",
					"Percent-encode the bytes of the UTF-8 form of each character.");
		}
	}

}
