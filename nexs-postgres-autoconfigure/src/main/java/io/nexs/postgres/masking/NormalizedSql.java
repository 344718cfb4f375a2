package io.nexs.postgres.masking;

import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An SQL text without its literals and comments: what may be logged, and what statements
 * that differ in their data have in common. Immutable.
 */
public final class NormalizedSql {

	private final String text;

	private final String command;

	private final boolean write;

	private final List<@Nullable String> names;

	NormalizedSql(String text, String command, boolean write, List<@Nullable String> names) {
		this.text = text;
		this.command = command;
		this.write = write;
		this.names = Collections.unmodifiableList(names);
	}

	/**
	 * The text with {@code ?} in place of each literal, without comments, its space made
	 * single; lists behind IN are told by their first element, and what is too long is
	 * cut.
	 * @return the text
	 */
	public String text() {
		return this.text;
	}

	/**
	 * The first word.
	 * @return in lower case, empty if there is none
	 */
	public String command() {
		return this.command;
	}

	/**
	 * Whether it says that it changes data or definitions. What a function does is not
	 * known.
	 * @return whether it is anything but a query
	 */
	public boolean isWrite() {
		return this.write;
	}

	/**
	 * The column a parameter is for.
	 * @param index position of the parameter, from 1 on
	 * @return its name, several if it may be for any of them, or {@code null} if that is
	 * not known
	 */
	public @Nullable String nameOf(int index) {
		return (index >= 1 && index <= this.names.size()) ? this.names.get(index - 1) : null;
	}

	/**
	 * The normalized text.
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
