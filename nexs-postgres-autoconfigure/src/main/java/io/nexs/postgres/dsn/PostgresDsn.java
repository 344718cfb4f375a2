package io.nexs.postgres.dsn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL database is and how to log in, parsed from a libpq URI
 * ({@code postgres://app:secret@h1:5432,h2:5432/orders?sslmode=require}) or a JDBC URL
 * ({@code jdbc:postgresql://h1,h2/orders?user=app}). Parameters have the names pgjdbc
 * knows. Immutable; {@link #toString()} and {@link #jdbcUrl()} have no secrets.
 */
public final class PostgresDsn {

	static final String REDACTED = "***";

	private final List<HostAndPort> hosts;

	private final @Nullable String database;

	private final @Nullable String username;

	private final @Nullable String password;

	private final Map<String, String> parameters;

	private final Set<String> ignoredParameters;

	PostgresDsn(List<HostAndPort> hosts, @Nullable String database, @Nullable String username,
			@Nullable String password, Map<String, String> parameters, Set<String> ignoredParameters) {
		this.hosts = List.copyOf(hosts);
		this.database = database;
		this.username = username;
		this.password = password;
		this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
		this.ignoredParameters = Collections.unmodifiableSet(new LinkedHashSet<>(ignoredParameters));
	}

	/**
	 * Parse a libpq URI or a JDBC URL. A missing host is {@code localhost}, a missing
	 * port 5432. In a URI {@code +} stands for itself, in a JDBC URL for a space, as
	 * libpq and pgjdbc read them.
	 * @param dsn the text
	 * @return the parsed value, with one host at least
	 * @throws InvalidDsnException if the text cannot be read; the message does not repeat
	 * it
	 */
	public static PostgresDsn parse(String dsn) {
		return DsnParser.parse(dsn);
	}

	/**
	 * A DSN without user, password and parameters.
	 * @param host the server
	 * @param database name of the database, not encoded
	 * @return the DSN
	 */
	public static PostgresDsn of(HostAndPort host, String database) {
		return new PostgresDsn(List.of(host), database, null, null, Map.of(), Set.of());
	}

	/**
	 * The servers, in the order given. A server may be given twice.
	 * @return one host at least
	 */
	public List<HostAndPort> hosts() {
		return this.hosts;
	}

	/**
	 * Name of the database, decoded. Where none is given it is the user name, as with
	 * libpq, and {@code postgres} where there is no user name either.
	 * @return the name
	 */
	public String database() {
		if (this.database != null) {
			return this.database;
		}
		return (this.username != null) ? this.username : "postgres";
	}

	/**
	 * User name, decoded.
	 * @return the name, {@code null} when not given
	 */
	public @Nullable String username() {
		return this.username;
	}

	/**
	 * Password, decoded.
	 * @return the password, {@code null} when not given
	 */
	public @Nullable String password() {
		return this.password;
	}

	/**
	 * Parameters for the driver in the order given, by the names pgjdbc knows, decoded.
	 * User and password are not among them; an {@code sslpassword} may be.
	 * @return an unmodifiable map
	 */
	public Map<String, String> parameters() {
		return this.parameters;
	}

	/**
	 * Names, as written, of parameters that have no effect: those that choose hosts by
	 * role or order, because roles are asked from the servers, and those of libpq that
	 * pgjdbc does not know.
	 * @return an unmodifiable set, empty when every parameter has effect
	 */
	public Set<String> ignoredParameters() {
		return this.ignoredParameters;
	}

	/**
	 * The same DSN with other credentials.
	 * @param username user name, {@code null} to keep the present one
	 * @param password password, {@code null} to keep the present one
	 * @return a new DSN
	 */
	public PostgresDsn withCredentials(@Nullable String username, @Nullable String password) {
		return new PostgresDsn(this.hosts, this.database, (username != null) ? username : this.username,
				(password != null) ? password : this.password, this.parameters, this.ignoredParameters);
	}

	/**
	 * The same DSN, with what it lacks taken from another one: user, password, database
	 * and each parameter. A password is taken only where the user is the same too.
	 * @param defaults the DSN to take from; its hosts do not matter
	 * @return a new DSN
	 */
	public PostgresDsn withDefaults(PostgresDsn defaults) {
		Map<String, String> merged = new LinkedHashMap<>(this.parameters);
		defaults.parameters.forEach(merged::putIfAbsent);
		boolean sameUser = this.username == null || this.username.equals(defaults.username);
		String inheritedPassword = sameUser ? defaults.password : null;
		return new PostgresDsn(this.hosts, (this.database != null) ? this.database : defaults.database,
				(this.username != null) ? this.username : defaults.username,
				(this.password != null) ? this.password : inheritedPassword, merged, this.ignoredParameters);
	}

	/**
	 * The same DSN for one server alone.
	 * @param host the server, which need not be among {@link #hosts()}
	 * @return a new DSN
	 */
	public PostgresDsn forHost(HostAndPort host) {
		return forHosts(List.of(host));
	}

	/**
	 * The same DSN for other servers.
	 * @param hosts the servers, at least one, in the order the driver shall try them
	 * @return a new DSN
	 */
	public PostgresDsn forHosts(List<HostAndPort> hosts) {
		if (hosts.isEmpty()) {
			throw new IllegalArgumentException("No host");
		}
		return new PostgresDsn(List.copyOf(hosts), this.database, this.username, this.password, this.parameters,
				this.ignoredParameters);
	}

	/**
	 * The same DSN for another database.
	 * @param database name of the database, not encoded
	 * @return a new DSN
	 */
	public PostgresDsn withDatabase(String database) {
		return new PostgresDsn(this.hosts, database, this.username, this.password, this.parameters,
				this.ignoredParameters);
	}

	/**
	 * The same DSN without parameters. pgjdbc prefers those of the URL to properties, so
	 * whoever has merged them into properties leaves them out here.
	 * @return a new DSN
	 */
	public PostgresDsn withoutParameters() {
		return new PostgresDsn(this.hosts, this.database, this.username, this.password, Map.of(), Set.of());
	}

	/**
	 * URL for pgjdbc, with all hosts, the database and the parameters, without user,
	 * password and {@code sslpassword}: {@link #secrets()} has these.
	 * @return the URL
	 */
	public String jdbcUrl() {
		StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
		this.parameters.forEach((name, value) -> {
			if (!DsnParameters.isSecret(name)) {
				query.add(PercentCoding.encode(name) + "=" + PercentCoding.encode(value));
			}
		});
		return "jdbc:postgresql://" + hostList() + "/" + PercentCoding.encode(database()) + query;
	}

	/**
	 * What {@link #jdbcUrl()} leaves out, by the names pgjdbc knows: {@code user},
	 * {@code password}, {@code sslpassword}.
	 * @return new properties with those that are given
	 */
	public Properties secrets() {
		Properties properties = new Properties();
		this.parameters.forEach((name, value) -> {
			if (DsnParameters.isSecret(name)) {
				properties.setProperty(name, value);
			}
		});
		if (this.username != null) {
			properties.setProperty("user", this.username);
		}
		if (this.password != null) {
			properties.setProperty("password", this.password);
		}
		return properties;
	}

	private String hostList() {
		return this.hosts.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		if (this == other) {
			return true;
		}
		return other instanceof PostgresDsn that && this.hosts.equals(that.hosts)
				&& Objects.equals(this.database, that.database) && Objects.equals(this.username, that.username)
				&& Objects.equals(this.password, that.password) && this.parameters.equals(that.parameters)
				&& this.ignoredParameters.equals(that.ignoredParameters);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.hosts, this.database, this.username, this.password, this.parameters,
				this.ignoredParameters);
	}

	/**
	 * The DSN as a libpq URI without secrets: the password, and the value of each
	 * parameter that is not known to be harmless, are {@code ***}.
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("postgres://");
		if (this.username != null) {
			text.append(PercentCoding.encode(this.username));
			text.append((this.password != null) ? ":" + REDACTED + "@" : "@");
		}
		text.append(hostList()).append('/').append(PercentCoding.encode(database()));
		StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
		this.parameters.forEach((name, value) -> query.add(name + "=" + DsnParameters.shown(name, value)));
		return text.append(query).toString();
	}

}
