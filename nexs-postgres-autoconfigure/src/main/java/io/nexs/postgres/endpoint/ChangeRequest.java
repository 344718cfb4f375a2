package io.nexs.postgres.endpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

import io.nexs.postgres.routing.BalancerKind;
import io.nexs.postgres.routing.ReadPreference;
import io.nexs.postgres.routing.RoutingChange;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a request into a {@link RoutingChange}. All are taken as text, so
 * that one that cannot be used is answered by a message that says what can.
 */
final class ChangeRequest {

	private ChangeRequest() {
	}

	static RoutingChange ofCluster(@Nullable String preference, @Nullable String balancer, @Nullable String maxConns,
			@Nullable String minConns) {
		RoutingChange change = new RoutingChange(
				oneOf("preference", preference, ReadPreference.values(), ChangeRequest::key),
				oneOf("balancer", balancer, BalancerKind.values(), BalancerKind::key), null,
				number("maxConns", maxConns), number("minConns", minConns));
		return notEmpty(change, "preference, balancer, maxConns, minConns");
	}

	static RoutingChange ofNode(@Nullable String weight, @Nullable String maxConns, @Nullable String minConns) {
		RoutingChange change = new RoutingChange(null, null, number("weight", weight), number("maxConns", maxConns),
				number("minConns", minConns));
		return notEmpty(change, "weight, maxConns, minConns");
	}

	private static RoutingChange notEmpty(RoutingChange change, String fields) {
		if (change.equals(RoutingChange.NONE)) {
			throw new IllegalArgumentException("Nothing to change; the fields are " + fields);
		}
		return change;
	}

	private static <T extends Enum<T>> @Nullable T oneOf(String field, @Nullable String text, T[] values,
			Function<T, String> key) {
		if (text == null) {
			return null;
		}
		String wanted = text.trim().toLowerCase(Locale.ROOT).replace('_', '-');
		return Arrays.stream(values)
			.filter((value) -> key.apply(value).equals(wanted))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"'" + field + "' is none of " + String.join(", ", Arrays.stream(values).map(key).toList())));
	}

	static String key(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static @Nullable Integer number(String field, @Nullable String text) {
		try {
			return (text != null) ? Integer.valueOf(text.trim()) : null;
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("'" + field + "' is not a whole number");
		}
	}

}
