package io.nexs.postgres.hook;

import java.util.List;

/**
 * What an operation is said with: the statement, for the engine. Works only while the
 * operation is under way.
 */
@FunctionalInterface
public interface HookSubject {

	/**
	 * Without parameters.
	 */
	HookSubject NONE = List::of;

	/**
	 * The parameters, one list for each entry of a batch.
	 * @return the parameters in the order of their positions; those that were set by a
	 * stream have no value
	 */
	List<List<HookParameter>> parameters();

	/**
	 * How many operations are said at once.
	 * @return the entries of a batch; 1 for anything else
	 */
	default int size() {
		return 1;
	}

	/**
	 * The texts of a batch that has more than one.
	 * @return the texts in their order, empty for anything else
	 */
	default List<String> texts() {
		return List.of();
	}

}
