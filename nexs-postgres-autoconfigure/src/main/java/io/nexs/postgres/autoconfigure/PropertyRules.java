package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.nexs.postgres.audit.AuditTable;
import io.nexs.postgres.dsn.PostgresDsn;
import io.nexs.postgres.routing.RoutingControl;
import io.nexs.postgres.transaction.MarkerTable;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * Rules of {@link NexsDbProperties} that a constraint on one value cannot state, or not
 * with the name of the key. Limits of a pool are those below which HikariCP would put its
 * default in place of the value.
 */
final class PropertyRules {

	static final int MAX_WEIGHT = RoutingControl.MAX_WEIGHT;

	/** Names in health beside those of nodes, so no names of nodes. */
	private static final Map<String, String> RESERVED_IDS = Map.of("cluster", "the whole", "safety",
			"the safety monitor", "deep", "the deep checks", "none", "no node");

	/** Longer ones have more nanoseconds than a long, or will have once added up. */
	private static final Duration LONGEST = Duration.ofDays(36500);

	/** pgjdbc counts the milliseconds of its limits in an int. */
	private static final Duration LONGEST_OF_DRIVER = Duration.ofDays(24);

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

	private PropertyRules() {
	}

	/**
	 * HikariCP's own names also where they are written as Boot writes them:
	 * {@code auto-commit} for {@code autoCommit}.
	 */
	static Map<String, String> inCamelCase(Map<String, String> properties) {
		Map<String, String> renamed = new HashMap<>();
		properties.forEach((name, value) -> renamed.put(inCamelCase(name), value));
		return Map.copyOf(renamed);
	}

	private static String inCamelCase(String name) {
		StringBuilder camel = new StringBuilder(name.length());
		for (int i = 0; i < name.length(); i++) {
			boolean hump = name.charAt(i) == '-' && i + 1 < name.length();
			camel.append(hump ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
		}
		return camel.toString();
	}

	/**
	 * Each duration passes here on its way through the other rules.
	 */
	private static void measurable(String key, Duration value) {
		if (value.compareTo(LONGEST) > 0) {
			throw new InvalidSettingException(key, "is longer than 100 years", "Set it to 36500d or less.");
		}
	}

	static void measurableByTheDriver(String key, Duration value) {
		if (value.compareTo(LONGEST_OF_DRIVER) > 0) {
			throw new InvalidSettingException(key, "is longer than 24 days, which the driver cannot count",
					"Set it to 24d or less.");
		}
	}

	static void positive(String key, Duration value) {
		measurable(key, value);
		if (value.isZero() || value.isNegative()) {
			throw new InvalidSettingException(key, "is " + text(value) + ", which is not greater than zero",
					"Set it to a duration greater than zero, such as 1s or 250ms.");
		}
	}

	static void notNegative(String key, Duration value) {
		measurable(key, value);
		if (value.isNegative()) {
			throw new InvalidSettingException(key, "is " + text(value) + ", which is negative",
					"Set it to zero or a duration greater than zero, such as 10s.");
		}
	}

	static void notNegative(String key, DataSize value) {
		if (value.isNegative()) {
			throw new InvalidSettingException(key, "is " + value + ", which is negative",
					"Set it to zero or a size greater than zero, such as 16KB.");
		}
	}

	static void ascending(String key, List<Duration> values) {
		for (int i = 0; i < values.size(); i++) {
			positive(key + "[" + i + "]", values.get(i));
			if (i > 0 && values.get(i).compareTo(values.get(i - 1)) <= 0) {
				throw new InvalidSettingException(key + "[" + i + "]",
						"is " + text(values.get(i)) + ", not more than the value before it",
						"List the bounds in ascending order, each once.");
			}
		}
	}

	static void atLeast(String key, Duration value, Duration minimum) {
		measurable(key, value);
		if (value.compareTo(minimum) < 0) {
			throw new InvalidSettingException(key, "is " + text(value) + ", less than " + text(minimum),
					"Set it to " + text(minimum) + " or more.");
		}
	}

	static void zeroOrAtLeast(String key, Duration value, Duration minimum) {
		measurable(key, value);
		if (!value.isZero() && value.compareTo(minimum) < 0) {
			throw new InvalidSettingException(key, "is " + text(value) + ", less than " + text(minimum),
					"Set it to " + text(minimum) + " or more, or to 0 to switch it off.");
		}
	}

	static void atMost(String key, Duration value, Duration maximum) {
		if (value.compareTo(maximum) > 0) {
			throw new InvalidSettingException(key, "is " + text(value) + ", more than " + text(maximum),
					"Set it to " + text(maximum) + " or less.");
		}
	}

	static void notMore(String key, Duration value, String otherKey, Duration other) {
		if (value.compareTo(other) > 0) {
			throw new InvalidSettingException(key,
					"is " + text(value) + ", more than '" + otherKey + "', which is " + text(other),
					"Lower '" + key + "' or raise '" + otherKey + "'.");
		}
	}

	static void notMore(String key, int value, String otherKey, int other) {
		if (value > other) {
			throw new InvalidSettingException(key, "is " + value + ", more than '" + otherKey + "', which is " + other,
					"Lower '" + key + "' or raise '" + otherKey + "'.");
		}
	}

	static void serversForTheWarmUp(NexsDbProperties.Startup startup, NexsDbProperties.Pool pool) {
		if (startup.mode() == NexsDbProperties.StartupMode.LAZY
				&& pool.warmUp().onFailure() == NexsDbProperties.OnFailure.FAIL) {
			throw new InvalidSettingException("nexs.db.pool.warm-up.on-failure",
					"is 'fail', but 'nexs.db.startup.mode' is 'lazy', which starts without the servers",
					"Set one of the two to another value.");
		}
	}

	static void figuresForDeepChecks(NexsDbProperties.Health health, NexsDbProperties.Server server) {
		if (health.deep() && !server.enabled()) {
			throw new InvalidSettingException("nexs.db.health.deep",
					"is true, but 'nexs.db.server.enabled' is false, so there are no figures to judge",
					"Set one of the two to the other value.");
		}
		if (health.writeProbe() && !health.deep()) {
			throw new InvalidSettingException("nexs.db.health.write-probe",
					"is true, but 'nexs.db.health.deep' is false, so nobody would tell what becomes of the write",
					"Set one of the two to the other value.");
		}
	}

	/**
	 * An idle node is heard of once in an interval, and has the timeout to answer.
	 */
	static void longEnoughToAnswer(Duration lostAfter, NexsDbProperties.Monitor monitor) {
		measurable("nexs.db.failover.lost-after", lostAfter);
		Duration least = monitor.interval().plus(monitor.timeout());
		if (lostAfter.compareTo(least) < 0) {
			throw new InvalidSettingException("nexs.db.failover.lost-after",
					"is " + text(lostAfter) + ", less than " + text(least)
							+ ", the sum of 'nexs.db.monitor.interval' and 'nexs.db.monitor.timeout': a healthy"
							+ " node without traffic would be given up",
					"Raise it to " + text(least) + " or more.");
		}
	}

	/**
	 * A write that gives up before a probe can be answered never sees the next primary.
	 */
	static void longEnoughToFollow(Duration waitTimeout, NexsDbProperties.Monitor monitor) {
		measurable("nexs.db.failover.wait-timeout", waitTimeout);
		boolean ofInterval = monitor.interval().compareTo(monitor.timeout()) > 0;
		Duration probe = ofInterval ? monitor.interval() : monitor.timeout();
		if (waitTimeout.compareTo(probe) < 0) {
			String other = ofInterval ? "nexs.db.monitor.interval" : "nexs.db.monitor.timeout";
			throw new InvalidSettingException("nexs.db.failover.wait-timeout",
					"is " + text(waitTimeout) + ", less than '" + other + "', which is " + text(probe)
							+ ": a write would give up before a probe can find the next primary",
					"Raise it to " + text(probe) + " or more, or lower '" + other + "'.");
		}
	}

	static void atLeast(String key, int value, int minimum) {
		if (value < minimum) {
			throw new InvalidSettingException(key, "is " + value + ", less than " + minimum,
					"Set it to " + minimum + " or more.");
		}
	}

	static void between(String key, double value, double minimum, double maximum) {
		if (!(value >= minimum && value <= maximum)) {
			throw new InvalidSettingException(key, "is " + value + ", not between " + minimum + " and " + maximum,
					"Set it to a number between " + minimum + " and " + maximum + ".");
		}
	}

	static InvalidSettingException neverRetries(String key, Duration timeout, Duration delay) {
		return new InvalidSettingException(key,
				"is " + text(timeout) + ", not more than 'nexs.db.retry.delay', which is " + text(delay)
						+ ": the time is over before the first retry",
				"Raise it, or set it to 0 for no limit.");
	}

	static void replicas(List<NexsDbProperties.Replica> replicas) {
		Map<String, Integer> positions = new HashMap<>();
		for (int i = 0; i < replicas.size(); i++) {
			String key = "nexs.db.replicas[" + i + "]";
			NexsDbProperties.Replica replica = replicas.get(i);
			if (replica.dsn() == null || replica.dsn().isBlank()) {
				throw new InvalidSettingException(key + ".dsn", "is not set",
						"Set it to the server, for example postgres://h2:5432.");
			}
			weight(key + ".weight", replica.weight());
			id(key + ".id", replica.id());
			Integer first = (replica.id() != null) ? positions.putIfAbsent(replica.id(), i) : null;
			if (first != null) {
				throw new InvalidSettingException(key + ".id",
						"is '" + replica.id() + "', as is 'nexs.db.replicas[" + first + "].id'",
						"Give each node an id of its own.");
			}
		}
	}

	/**
	 * What HikariCP or pgjdbc would leave in the session of a server, which PgBouncer
	 * lends to others.
	 */
	static void noSessionState(NexsDbProperties.Pool pool) {
		for (String name : List.of("connectionInitSql", "transactionIsolation", "schema")) {
			if (pool.hikari().containsKey(name)) {
				throw new InvalidSettingException("nexs.db.pool.hikari." + name,
						"sets something for a session, which PgBouncer lends to others",
						"Remove it, and set it in the server: ALTER ROLE ... SET or ALTER DATABASE ... SET.");
			}
		}
		noReadOnlySession("nexs.db.pool.driver-properties.readOnlyMode", "is 'always'",
				pool.driverProperties().get("readOnlyMode"));
	}

	/**
	 * The same for what a DSN says to pgjdbc.
	 */
	static void noSessionState(String place, PostgresDsn dsn) {
		noReadOnlySession(place, "has 'readOnlyMode=always'", dsn.parameters().get("readOnlyMode"));
	}

	private static void noReadOnlySession(String key, String what, @Nullable String mode) {
		if ("always".equalsIgnoreCase(mode)) {
			throw new InvalidSettingException(key,
					what + ", which makes a session read-only, and PgBouncer lends it to others",
					"Remove it; read-only transactions are said to the server without it.");
		}
	}

	static void markerTable(String key, String name) {
		if (!MarkerTable.isName(name)) {
			throw new InvalidSettingException(key, "is not usable as the name of a table",
					"Use lower-case letters, digits and '_', with a schema and a dot before it or not, such as "
							+ MarkerTable.DEFAULT_NAME + ".");
		}
	}

	static void auditTable(String key, String name) {
		if (!AuditTable.isName(name)) {
			throw new InvalidSettingException(key, "is not usable as the name of a table",
					"Use lower-case letters, digits and '_', with a schema and a dot before it or not, such as "
							+ AuditTable.DEFAULT_NAME + ".");
		}
	}

	private static void weight(String key, int weight) {
		if (weight < 0 || weight > MAX_WEIGHT) {
			throw new InvalidSettingException(key, "is " + weight + ", which is not between 0 and " + MAX_WEIGHT,
					"Set it to a whole number between 0 (a reserve) and " + MAX_WEIGHT + ".");
		}
	}

	private static void id(String key, @Nullable String id) {
		if (id == null) {
			return;
		}
		if (!ID.matcher(id).matches()) {
			throw new InvalidSettingException(key, "is not usable as the name of a node",
					"Begin it with a letter or a digit and go on with letters, digits, '.', '_' and '-'.");
		}
		String meaning = RESERVED_IDS.get(id);
		if (meaning != null) {
			throw new InvalidSettingException(key, "is '" + id + "', which stands for " + meaning, "Use another name.");
		}
	}

	private static String text(Duration value) {
		return DurationStyle.SIMPLE.print(value, unit(value));
	}

	private static ChronoUnit unit(Duration value) {
		return (value.toMillis() % 1000 == 0) ? ChronoUnit.SECONDS : ChronoUnit.MILLIS;
	}

}
