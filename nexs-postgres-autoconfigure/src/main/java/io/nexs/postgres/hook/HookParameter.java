package io.nexs.postgres.hook;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of a statement. Its text form has no value, so that it does not get into a
 * log by accident.
 *
 * @param index position, from 1 on
 * @param type name of the value's class, or that of the stream it comes from
 * @param value the value; {@code null} is NULL, or a stream, see {@code known}
 * @param known whether the value is there: a stream is not read for a hook
 */
public record HookParameter(int index, String type, @Nullable Object value, boolean known) {

	@Override
	public String toString() {
		return "HookParameter[" + this.index + ", " + this.type + "]";
	}

}
