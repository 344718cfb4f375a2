package io.nexs.postgres.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Decides where the addresses of the servers come from, when the application runs and not
 * when it is processed ahead of time. Opens and starts nothing. Thread-safe.
 */
final class Addresses {

	static final String SPRING_URL = "spring.datasource.url";

	private final Environment environment;

	private final NexsDbProperties properties;

	private final @Nullable NexsDbConnectionDetails details;

	private final @Nullable JdbcConnectionDetails jdbcDetails;

	private final ObjectProvider<EmbeddedAddresses> embedded;

	Addresses(Environment environment, NexsDbProperties properties, ObjectProvider<NexsDbConnectionDetails> details,
			ObjectProvider<JdbcConnectionDetails> jdbcDetails, ObjectProvider<EmbeddedAddresses> embedded) {
		this.environment = environment;
		this.properties = properties;
		this.details = details.getIfAvailable();
		this.jdbcDetails = (this.details != null) ? null : jdbcDetails.getIfAvailable();
		this.embedded = embedded;
	}

	/**
	 * Who says where the servers are.
	 * @param embeddedPresent whether an embedded cluster could be started
	 */
	AddressOrigin origin(boolean embeddedPresent) {
		if (this.details != null) {
			return AddressOrigin.CONNECTION_DETAILS;
		}
		if (this.jdbcDetails != null) {
			return AddressOrigin.JDBC_CONNECTION_DETAILS;
		}
		if (hasServers(this.properties)) {
			return AddressOrigin.PROPERTIES;
		}
		if (hasSpringUrl() && !isEmbeddedWanted()) {
			return AddressOrigin.SPRING_DATASOURCE;
		}
		return (embeddedPresent && this.properties.embedded().enabled()) ? AddressOrigin.EMBEDDED : AddressOrigin.NONE;
	}

	/**
	 * The configuration with the addresses of whoever says where the servers are. Starts
	 * the embedded cluster if it is the one.
	 */
	NexsDbProperties resolve() {
		EmbeddedAddresses embedded = this.embedded.getIfAvailable();
		return switch (origin(embedded != null)) {
			case CONNECTION_DETAILS -> of(required(this.details));
			case JDBC_CONNECTION_DETAILS -> of(required(this.jdbcDetails));
			case PROPERTIES -> this.properties;
			case SPRING_DATASOURCE -> with(property("url"), null, property("username"), property("password"));
			case EMBEDDED -> with(required(embedded).dsn(), null, null, null);
			case NONE -> throw new MissingDsnException();
		};
	}

	AddressOrigin origin() {
		return origin(this.embedded.getIfAvailable() != null);
	}

	boolean hasSpringUrl() {
		return StringUtils.hasText(property("url"));
	}

	private boolean isEmbeddedWanted() {
		return this.environment.getProperty("nexs.db.embedded.enabled", Boolean.class, false);
	}

	private @Nullable String property(String name) {
		return this.environment.getProperty("spring.datasource." + name);
	}

	private NexsDbProperties of(NexsDbConnectionDetails details) {
		return with(details.getDsn(), details.getReplicaDsn(), details.getUsername(), details.getPassword());
	}

	private NexsDbProperties of(JdbcConnectionDetails details) {
		return with(details.getJdbcUrl(), null, details.getUsername(), details.getPassword());
	}

	private NexsDbProperties with(@Nullable String dsn, @Nullable String replicaDsn, @Nullable String username,
			@Nullable String password) {
		NexsDbProperties from = this.properties;
		return new NexsDbProperties(dsn, replicaDsn, username, password, List.of(), from.pgbouncer(), from.pool(),
				from.read(), from.monitor(), from.startup(), from.failover(), from.transaction(), from.retry(),
				from.server(), from.safety(), from.health(), from.metrics(), from.embedded());
	}

	private static <T> T required(@Nullable T value) {
		if (value == null) {
			throw new MissingDsnException();
		}
		return value;
	}

	static boolean hasServers(NexsDbProperties properties) {
		return StringUtils.hasText(properties.dsn()) || StringUtils.hasText(properties.replicaDsn())
				|| !properties.replicas().isEmpty();
	}

}
