package io.nexs.postgres.routing;

import java.util.Calendar;
import java.util.Date;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * Keeps a parameter as it was when it was set. The driver takes its value at once, so the
 * application may change the object afterwards; a repeat must not send the change.
 */
final class ParameterCopy {

	private ParameterCopy() {
	}

	/**
	 * Copies bytes, times, calendars and what the driver has for types of its own;
	 * anything else is returned as it is.
	 */
	@SuppressWarnings({ "unchecked", "NullAway" })
	static <T extends @Nullable Object> T of(T value) {
		if (value instanceof byte[] bytes) {
			return (T) bytes.clone();
		}
		if (value instanceof Date date) {
			return (T) date.clone();
		}
		if (value instanceof PGobject object) {
			return (T) copy(object);
		}
		return (value instanceof Calendar calendar) ? (T) calendar.clone() : value;
	}

	private static Object copy(PGobject object) {
		try {
			return object.clone();
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalArgumentException(object.getClass().getName() + " cannot be copied", ex);
		}
	}

	/**
	 * Whether a value may change and is not copied.
	 */
	static boolean mayChange(@Nullable Object value) {
		return value instanceof Map || (value != null && value.getClass().isArray() && !(value instanceof byte[]));
	}

}
