package io.nexs.postgres.routing;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What is on the heap after a full collection, as HotSpot counts it.
 *
 * @param bytes bytes of all objects
 * @param instances instances by the name of their class
 */
record LiveObjects(long bytes, Map<String, Long> instances) {

	private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

	static LiveObjects now() {
		long bytes = 0;
		Map<String, Long> instances = new TreeMap<>();
		for (String line : histogram().lines().toList()) {
			Matcher matcher = LINE.matcher(line);
			if (matcher.matches()) {
				bytes += Long.parseLong(matcher.group(2));
				instances.merge(matcher.group(3), Long.valueOf(matcher.group(1)), Long::sum);
			}
		}
		return new LiveObjects(bytes, instances);
	}

	private static String histogram() {
		try {
			return (String) ManagementFactory.getPlatformMBeanServer()
				.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
						new Object[] { new String[0] }, new String[] { String[].class.getName() });
		}
		catch (JMException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Instances of some classes.
	 */
	long count(List<Class<?>> types) {
		return types.stream().mapToLong((type) -> this.instances.getOrDefault(type.getName(), 0L)).sum();
	}

}
