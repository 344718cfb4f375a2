package io.nexs.postgres.dsn;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of a DSN while it is parsed: libpq's names become pgjdbc's, and what
 * this library decides itself or pgjdbc does not know is set aside.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html">libpq
 * connection parameters</a>
 */
final class DsnParameters {

	static final List<String> SSL_MODES = List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

	/** What is written out in messages; any other value may be a secret. */
	private static final Set<String> SHOWN = Set.of("sslmode", "ssl", "ApplicationName", "connectTimeout",
			"loginTimeout", "socketTimeout", "tcpKeepAlive", "currentSchema", "channelBinding", "gssEncMode",
			"sslNegotiation", "prepareThreshold", "preferQueryMode", "readOnly", "reWriteBatchedInserts",
			"defaultRowFetchSize", "stringtype");

	private static final Set<String> SECRET = Set.of("sslpassword");

	/** Parameters that stand for a part of the DSN, by libpq's and by pgjdbc's names. */
	private static final Map<String, String> PLACE_AND_LOGIN = Map.of("user", "user", "password", "password", "dbname",
			"dbname", "PGDBNAME", "dbname", "host", "host", "PGHOST", "host", "port", "port", "PGPORT", "port");

	private static final Map<String, String> DRIVER_NAMES = Map.ofEntries(
			Map.entry("application_name", "ApplicationName"), Map.entry("connect_timeout", "connectTimeout"),
			Map.entry("channel_binding", "channelBinding"), Map.entry("gssencmode", "gssEncMode"),
			Map.entry("krbsrvname", "kerberosServerName"), Map.entry("require_auth", "requireAuth"),
			Map.entry("sslnegotiation", "sslNegotiation"));

	/** Roles are asked from the servers, so hosts are neither picked nor sorted. */
	private static final Set<String> ROLES_ARE_ASKED = Set.of("target_session_attrs", "targetservertype",
			"load_balance_hosts", "loadbalancehosts", "hostrecheckseconds");

	private static final Set<String> UNKNOWN_TO_DRIVER = Set.of("client_encoding", "fallback_application_name",
			"gssdelegation", "hostaddr", "keepalives_count", "keepalives_idle", "keepalives_interval", "krblevel",
			"max_protocol_version", "min_protocol_version", "passfile", "replication", "requirepeer", "requiressl",
			"service", "servicefile", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcertmode",
			"sslcompression", "sslcrl", "sslcrldir", "sslkeylogfile", "sslsni", "tcp_user_timeout");

	private final Map<String, String> values = new LinkedHashMap<>();

	private final Set<String> ignored = new LinkedHashSet<>();

	private final Map<String, String> placeAndLogin = new HashMap<>();

	static DsnParameters parse(String query, boolean plusIsSpace) {
		DsnParameters parameters = new DsnParameters();
		for (String pair : query.split("&")) {
			if (!pair.isEmpty()) {
				parameters.addPair(pair, plusIsSpace);
			}
		}
		return parameters;
	}

	static boolean isSecret(String name) {
		return SECRET.contains(name);
	}

	static String shown(String name, String value) {
		return SHOWN.contains(name) ? value : PostgresDsn.REDACTED;
	}

	private void addPair(String pair, boolean plusIsSpace) {
		int equals = pair.indexOf('=');
		if (equals <= 0) {
			throw new InvalidDsnException("A parameter after '?' is not of the form name=value.",
					"Write parameters as ?name=value&name=value, and percent-encode '&' (%26), '?' (%3F) and '=' (%3D)"
							+ " where they belong to a password or a value.");
		}
		String name = PercentCoding.decode(pair.substring(0, equals), plusIsSpace, "name of a parameter");
		add(name, PercentCoding.decode(pair.substring(equals + 1), plusIsSpace, "value of a parameter"));
	}

	private void add(String name, String value) {
		String part = PLACE_AND_LOGIN.get(name);
		if (part != null) {
			this.placeAndLogin.put(part, value);
			return;
		}
		switch (name) {
			case "sslmode" -> this.values.put(name, sslMode(value));
			case "keepalives" -> this.values.put("tcpKeepAlive", String.valueOf(!"0".equals(value)));
			default -> addOther(name, value);
		}
	}

	private void addOther(String name, String value) {
		if (ROLES_ARE_ASKED.contains(name.toLowerCase(Locale.ROOT)) || UNKNOWN_TO_DRIVER.contains(name)) {
			this.ignored.add(name);
		}
		else {
			this.values.put(DRIVER_NAMES.getOrDefault(name, name), value);
		}
	}

	private static String sslMode(String value) {
		String mode = value.toLowerCase(Locale.ROOT);
		if (!SSL_MODES.contains(mode)) {
			throw new InvalidDsnException("The value of sslmode is none that PostgreSQL knows.",
					"Use one of " + String.join(", ", SSL_MODES) + ".");
		}
		return mode;
	}

	Map<String, String> values() {
		return this.values;
	}

	Set<String> ignored() {
		return this.ignored;
	}

	@Nullable String username() {
		return this.placeAndLogin.get("user");
	}

	@Nullable String password() {
		return this.placeAndLogin.get("password");
	}

	@Nullable String database() {
		return this.placeAndLogin.get("dbname");
	}

	@Nullable String hosts() {
		return this.placeAndLogin.get("host");
	}

	@Nullable String ports() {
		return this.placeAndLogin.get("port");
	}

}
