package io.nexs.postgres.dsn;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Takes a DSN apart. {@code java.net.URI} is of no use here: it knows one host only, and
 * its exceptions repeat the text with the password in it.
 */
final class DsnParser {

	static final String EXAMPLE = "postgres://app:secret@h1:5432,h2:5432/orders?sslmode=require";

	private static final String ENCODE = "Percent-encode reserved characters in user, password and database:"
			+ " @ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25.";

	private static final String JDBC_PREFIX = "jdbc:postgresql:";

	private static final Pattern URI_PREFIX = Pattern.compile("postgres(ql)?://", Pattern.CASE_INSENSITIVE);

	private static final Pattern OTHER_PREFIX = Pattern.compile("(jdbc:[a-z0-9]{1,20}|[a-z][a-z0-9+]{1,20}):.*",
			Pattern.DOTALL);

	private final boolean jdbc;

	private final String authority;

	private final String path;

	private final String query;

	private DsnParser(boolean jdbc, String rest) {
		this.jdbc = jdbc;
		int question = rest.indexOf('?');
		String beforeQuery = (question >= 0) ? rest.substring(0, question) : rest;
		this.query = (question >= 0) ? rest.substring(question + 1) : "";
		int slash = beforeQuery.indexOf('/');
		this.authority = (slash >= 0) ? beforeQuery.substring(0, slash) : beforeQuery;
		this.path = (slash >= 0) ? beforeQuery.substring(slash + 1) : "";
	}

	static PostgresDsn parse(String dsn) {
		String text = dsn.strip();
		Matcher uri = URI_PREFIX.matcher(text);
		if (uri.lookingAt()) {
			return new DsnParser(false, text.substring(uri.end())).toDsn();
		}
		if (text.startsWith(JDBC_PREFIX)) {
			String rest = text.substring(JDBC_PREFIX.length());
			if (rest.startsWith("//")) {
				return new DsnParser(true, rest.substring(2)).toDsn();
			}
			return new DsnParser(true, rest.startsWith("/") ? rest : "/" + rest).toDsn();
		}
		throw otherPrefix(text);
	}

	private static InvalidDsnException otherPrefix(String text) {
		String hint = "Use postgres://, postgresql:// or jdbc:postgresql://, for example " + EXAMPLE + ".";
		if (text.isEmpty()) {
			return new InvalidDsnException("It is empty.", hint);
		}
		Matcher other = OTHER_PREFIX.matcher(text);
		boolean scheme = other.matches() && (other.group(1).startsWith("jdbc:") || text.contains("://"));
		if (scheme && text.startsWith(other.group(1) + "://") || scheme && text.startsWith("jdbc:")) {
			return new InvalidDsnException("It starts with '" + other.group(1) + ":', which is not PostgreSQL.", hint);
		}
		return new InvalidDsnException("It does not start with the name of a PostgreSQL scheme.", hint);
	}

	private PostgresDsn toDsn() {
		int at = this.authority.lastIndexOf('@');
		checkReserved(at);
		DsnParameters parameters = DsnParameters.parse(this.query, this.jdbc);
		String username = null;
		String password = null;
		if (at >= 0) {
			String userInfo = this.authority.substring(0, at);
			int colon = userInfo.indexOf(':');
			username = decode((colon >= 0) ? userInfo.substring(0, colon) : userInfo, "user");
			password = (colon >= 0) ? decode(userInfo.substring(colon + 1), "password") : null;
		}
		List<HostAndPort> hosts = (parameters.hosts() != null || parameters.ports() != null)
				? HostList.parse(parameters.hosts(), parameters.ports())
				: HostList.parse(this.authority.substring(at + 1), this.jdbc);
		return new PostgresDsn(hosts, firstNonEmpty(parameters.database(), decode(this.path, "database")),
				firstNonEmpty(parameters.username(), username), firstNonEmpty(parameters.password(), password),
				parameters.values(), parameters.ignored());
	}

	private void checkReserved(int at) {
		if (this.jdbc && at >= 0) {
			throw new InvalidDsnException("A JDBC URL has no user and password before the hosts.",
					"Write jdbc:postgresql://h1:5432/orders?user=...&password=..., or use postgres:// instead.");
		}
		boolean manyAt = at >= 0 && this.authority.indexOf('@') != at;
		boolean cutShort = !this.jdbc && (this.path.indexOf('@') >= 0 || at < 0 && this.query.indexOf('@') >= 0);
		if (manyAt || cutShort) {
			throw new InvalidDsnException("A reserved character stands unencoded before the last '@'.", ENCODE);
		}
		if (this.path.indexOf('/') >= 0) {
			throw new InvalidDsnException("The name of the database has an unencoded '/'.", ENCODE);
		}
	}

	private String decode(String text, String part) {
		return PercentCoding.decode(text, this.jdbc, part);
	}

	private static @Nullable String firstNonEmpty(@Nullable String first, @Nullable String second) {
		if (first != null && !first.isEmpty()) {
			return first;
		}
		return (second != null && !second.isEmpty()) ? second : null;
	}

}
