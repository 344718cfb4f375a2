package io.nexs.postgres.dsn;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code h1:5432,h2,[::1]:5433}. No message repeats a part of the text: what stands
 * where a host belongs may be the end of a password.
 */
final class HostList {

	private static final String HINT = "Write hosts as h1:5432,h2:5432 and an IPv6 address in brackets, [::1]:5432.";

	private static final String HINT_WITH_PASSWORD = HINT
			+ " If user or password have reserved characters, percent-encode them: @ is %40, : is %3A, / is %2F,"
			+ " ? is %3F, # is %23, % is %25.";

	private static final Pattern NAME = Pattern.compile("[^\\s\\p{Cntrl}/?#@,:\\[\\]\\\\]+");

	private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?");

	private HostList() {
	}

	static List<HostAndPort> parse(String text, boolean plusIsSpace) {
		List<HostAndPort> hosts = new ArrayList<>();
		for (String element : text.split(",", -1)) {
			if (element.isEmpty() && text.indexOf(',') >= 0) {
				throw new InvalidDsnException("A host is empty.", "Remove the comma too many, or write the host.");
			}
			hosts.add(parseOne(element, plusIsSpace));
		}
		return List.copyOf(hosts);
	}

	/**
	 * Hosts given as parameters {@code host=h1,h2} and {@code port=5432,5433}; one port
	 * counts for all hosts.
	 */
	static List<HostAndPort> parse(@Nullable String hosts, @Nullable String ports) {
		String[] names = ((hosts != null) ? hosts : "").split(",", -1);
		String[] numbers = ((ports != null) ? ports : "").split(",", -1);
		if (numbers.length != 1 && numbers.length != names.length) {
			throw new InvalidDsnException("The parameters host and port have different numbers of elements.",
					"Give one port for each host, or one for all.");
		}
		List<HostAndPort> result = new ArrayList<>();
		for (int i = 0; i < names.length; i++) {
			String name = names[i];
			if (name.startsWith("[") && name.endsWith("]")) {
				name = name.substring(1, name.length() - 1);
			}
			result.add(new HostAndPort(host(name), port(numbers[(numbers.length == 1) ? 0 : i])));
		}
		return List.copyOf(result);
	}

	private static HostAndPort parseOne(String element, boolean plusIsSpace) {
		int end = element.indexOf(']');
		boolean bracketed = element.startsWith("[") && end > 0;
		int colon = bracketed ? end + 1 : element.indexOf(':');
		if (colon < 0 || colon == element.length()) {
			colon = element.length();
		}
		else if (element.charAt(colon) != ':') {
			throw new InvalidDsnException("Something other than a port follows an address in brackets.", HINT);
		}
		String name = bracketed ? element.substring(1, end) : element.substring(0, colon);
		if (bracketed && !name.contains(":")) {
			throw new InvalidDsnException("What stands in brackets is no IPv6 address.", HINT);
		}
		String number = (colon < element.length()) ? element.substring(colon + 1) : "";
		if (!bracketed && number.indexOf(':') >= 0) {
			throw new InvalidDsnException("A host has more than one colon.", HINT_WITH_PASSWORD);
		}
		return new HostAndPort(host(PercentCoding.decode(name, plusIsSpace, "host")), port(number));
	}

	private static String host(String name) {
		if (name.isEmpty()) {
			return "localhost";
		}
		if (name.startsWith("/") || name.startsWith("@")) {
			throw new InvalidDsnException("A host is the path of a Unix-domain socket, which pgjdbc cannot open.",
					"Give the host name and port the server listens on with TCP.");
		}
		if (!NAME.matcher(name).matches() && !IPV6.matcher(name).matches()) {
			throw new InvalidDsnException("A host is no name and no IP address.", HINT_WITH_PASSWORD);
		}
		return name;
	}

	private static int port(String number) {
		if (number.isEmpty()) {
			return HostAndPort.DEFAULT_PORT;
		}
		boolean digits = number.length() <= 5 && number.chars().allMatch((c) -> c >= '0' && c <= '9');
		int port = digits ? Integer.parseInt(number) : 0;
		if (port < 1 || port > HostAndPort.MAX_PORT) {
			throw new InvalidDsnException("What follows the colon of a host is no port between 1 and 65535.",
					HINT_WITH_PASSWORD);
		}
		return port;
	}

}
