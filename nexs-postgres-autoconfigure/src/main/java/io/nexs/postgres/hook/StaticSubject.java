package io.nexs.postgres.hook;

import java.util.List;

/**
 * What an operation was said with, after it.
 *
 * @param parameters the parameters of each entry
 * @param texts the texts of a batch
 * @param size entries of the batch
 */
record StaticSubject(List<List<HookParameter>> parameters, List<String> texts, int size) implements HookSubject {

	StaticSubject {
		texts = List.copyOf(texts);
	}

	/**
	 * Without data.
	 */
	@Override
	public String toString() {
		return "StaticSubject";
	}

}
