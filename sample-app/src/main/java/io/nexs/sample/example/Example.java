package io.nexs.sample.example;

/**
 * Something that can be run to see what happens. It may be run any number of times, one
 * at a time, and leaves no rows behind.
 */
public interface Example {

	/**
	 * The name in the path of the request, and of the profile that runs it at the start.
	 * @return the name
	 */
	String name();

	/**
	 * What it shows.
	 * @return one line
	 */
	String shows();

	/**
	 * Runs it.
	 * @param steps takes what happens
	 * @throws Exception if a step did not end as it should
	 */
	void run(Steps steps) throws Exception;

}
