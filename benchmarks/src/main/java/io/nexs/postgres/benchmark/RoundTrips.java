package io.nexs.postgres.benchmark;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the round trips of each operation of each subject at the socket, once the driver
 * has prepared its statements.
 */
final class RoundTrips {

	/**
	 * The driver prepares a statement on the server with the fifth execution.
	 */
	private static final int BEFORE = 50;

	private static final int COUNTED = 20;

	private RoundTrips() {
	}

	/**
	 * Counts.
	 * @return for each subject the mean of each operation
	 */
	static Map<String, Map<String, Double>> count(Servers servers) throws SQLException {
		Map<String, Map<String, Double>> counts = new LinkedHashMap<>();
		Map<String, String> driver = Map.of("socketFactory", CountingSocketFactory.class.getName());
		for (String name : Subjects.ALL.keySet()) {
			try (Subject subject = Subjects.of(name, servers, driver)) {
				Operations operations = new Operations(subject);
				Map<String, Double> all = new LinkedHashMap<>();
				all.put("query", count(operations::query));
				all.put("readOnlyTransaction", count(operations::readOnlyTransaction));
				all.put("transaction", count(operations::transaction));
				all.put("batch", count(operations::batch));
				counts.put(name, all);
			}
		}
		return counts;
	}

	private static double count(Operation operation) throws SQLException {
		for (int i = 0; i < BEFORE; i++) {
			operation.run();
		}
		long before = CountingSocketFactory.count();
		for (int i = 0; i < COUNTED; i++) {
			operation.run();
		}
		return (double) (CountingSocketFactory.count() - before) / COUNTED;
	}

	/**
	 * What is counted.
	 */
	@FunctionalInterface
	private interface Operation {

		Object run() throws SQLException;

	}

}
