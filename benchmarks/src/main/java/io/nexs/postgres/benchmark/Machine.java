package io.nexs.postgres.benchmark;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.Locale;

/**
 * What the figures depend on. Nothing of the machine's name.
 */
final class Machine {

	private Machine() {
	}

	static String describe() {
		OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
		return String.format(Locale.ROOT,
				"%d processors, %s %s, JDK %s, one machine for client and servers, loopback without TLS; load average at the end %.1f",
				system.getAvailableProcessors(), system.getName(), system.getArch(), Runtime.version().feature(),
				system.getSystemLoadAverage());
	}

}
