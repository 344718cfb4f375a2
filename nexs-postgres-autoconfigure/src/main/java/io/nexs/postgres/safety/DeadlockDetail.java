package io.nexs.postgres.safety;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Reads the DETAIL of a 40P01, a line per process ({@code DeadLockReport} in
 * {@code deadlock.c} of PostgreSQL):
 * {@code Process 1 waits for ShareLock on transaction 9; blocked by process 2.}
 * <p>
 * Of what is locked the kind alone is kept: the key of an advisory lock may be a value of
 * the application. Where {@code lc_messages} is another language, the first number of a
 * line is taken for the process and the last for the one it waits for, if these make a
 * ring.
 */
final class DeadlockDetail {

	private static final Pattern ENGLISH = Pattern
		.compile("Process (\\d+) waits for (\\w+) on ([a-z ]+?)[ ]?(?:[\\d(\\[].*)?; blocked by process (\\d+)\\.");

	private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

	/** Causes looked at; there is one where a batch failed. */
	private static final int DEPTH = 8;

	private DeadlockDetail() {
	}

	/**
	 * The processes of a deadlock, by what the server said of a failure.
	 */
	static List<DeadlockEdge> of(SQLException failure) {
		Throwable cause = failure;
		for (int i = 0; cause != null && i < DEPTH; i++) {
			if (cause instanceof PSQLException ex && ex.getServerErrorMessage() != null) {
				return parse(ex.getServerErrorMessage().getDetail());
			}
			cause = cause.getCause();
		}
		return List.of();
	}

	/**
	 * The processes of a deadlock, the one the server chose first.
	 * @param detail what the server said, may be {@code null}
	 * @return the processes; empty if it says something else, as a standby does that
	 * cancelled a query because it stood in the way of replay
	 */
	static List<DeadlockEdge> parse(@Nullable String detail) {
		List<DeadlockEdge> edges = new ArrayList<>();
		for (String line : ((detail != null) ? detail : "").split("\n")) {
			DeadlockEdge edge = edge(line);
			if (edge != null) {
				edges.add(edge);
			}
		}
		return isRing(edges) ? List.copyOf(edges) : List.of();
	}

	private static @Nullable DeadlockEdge edge(String line) {
		Matcher english = ENGLISH.matcher(line);
		if (english.find()) {
			return edge(english.group(1), english.group(2) + " on " + english.group(3).strip(), english.group(4));
		}
		List<String> numbers = NUMBER.matcher(line).results().map((number) -> number.group()).toList();
		return (numbers.size() < 2) ? null : edge(numbers.get(0), "", numbers.get(numbers.size() - 1));
	}

	private static @Nullable DeadlockEdge edge(String pid, String lock, String blockedBy) {
		try {
			return new DeadlockEdge(Integer.parseInt(pid), lock, Integer.parseInt(blockedBy));
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static boolean isRing(List<DeadlockEdge> edges) {
		Set<Integer> waiting = new HashSet<>();
		Set<Integer> blocking = new HashSet<>();
		edges.forEach((edge) -> {
			waiting.add(edge.pid());
			blocking.add(edge.blockedBy());
		});
		return waiting.size() == edges.size() && waiting.equals(blocking);
	}

}
