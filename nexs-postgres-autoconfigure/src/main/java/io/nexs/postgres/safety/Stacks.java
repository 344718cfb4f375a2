package io.nexs.postgres.safety;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is told of stacks.
 */
final class Stacks {

	/** Frames of a line in the log. */
	private static final int SHOWN = 6;

	/** Frames kept with a finding. */
	private static final int KEPT = 64;

	/** On the way from an application to a connection. */
	private static final List<String> BELOW = List.of("io.nexs.postgres.pool.", "io.nexs.postgres.routing.",
			"io.nexs.postgres.hook.", "io.nexs.postgres.safety.SafetyMonitor.", "com.zaxxer.hikari.", "org.postgresql.",
			"org.springframework.", "java.", "jdk.", "sun.");

	/** What a thread is in that is on its way to a connection or uses one. */
	private static final List<String> OURS = List.of("io.nexs.postgres.pool.", "io.nexs.postgres.routing.",
			"com.zaxxer.hikari.", "org.postgresql.");

	private Stacks() {
	}

	/**
	 * A stack without what lies between the application and the connection, not too long.
	 */
	static List<StackTraceElement> trimmed(StackTraceElement[] stack) {
		int first = 0;
		while (first < stack.length && startsWithAny(stack[first], BELOW)) {
			first++;
		}
		int from = (first < stack.length) ? first : 0;
		return List.of(Arrays.copyOfRange(stack, from, Math.min(stack.length, from + KEPT)));
	}

	/**
	 * The first frames in one line.
	 */
	static String line(List<StackTraceElement> stack) {
		return stack.isEmpty() ? "stack unknown"
				: stack.stream()
					.filter((frame) -> !startsWithAny(frame, BELOW))
					.limit(SHOWN)
					.map((frame) -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
					.collect(Collectors.joining(" < "));
	}

	static boolean isOurs(StackTraceElement[] stack) {
		return Arrays.stream(stack).anyMatch((frame) -> startsWithAny(frame, OURS));
	}

	private static boolean startsWithAny(StackTraceElement frame, List<String> prefixes) {
		String name = frame.getClassName() + ".";
		return prefixes.stream().anyMatch(name::startsWith);
	}

}
