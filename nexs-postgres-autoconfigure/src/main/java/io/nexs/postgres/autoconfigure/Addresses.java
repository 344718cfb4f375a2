package io.nexs.postgres.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

	private final List<NexsDbConnectionDetails> details;

	private final List<JdbcConnectionDetails> jdbcDetails;

	private final ObjectProvider<EmbeddedAddresses> embedded;

	Addresses(Environment environment, NexsDbProperties properties, ObjectProvider<NexsDbConnectionDetails> details,
			ObjectProvider<JdbcConnectionDetails> jdbcDetails, ObjectProvider<EmbeddedAddresses> embedded) {
		this.environment = environment;
		this.properties = properties;
		this.details = all(details);
		this.jdbcDetails = this.details.isEmpty() ? all(jdbcDetails) : List.of();
		this.embedded = embedded;
	}

	/**
	 * Who says where the servers are.
	 * @param embeddedPresent whether an embedded cluster could be started
	 */
	AddressOrigin origin(boolean embeddedPresent) {
		if (!this.details.isEmpty()) {
			return AddressOrigin.CONNECTION_DETAILS;
		}
		if (!this.jdbcDetails.isEmpty()) {
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
			case CONNECTION_DETAILS -> ofDetails();
			case JDBC_CONNECTION_DETAILS -> ofJdbcDetails();
			case PROPERTIES -> this.properties;
			case SPRING_DATASOURCE ->
				with(property("url"), null, new Login(property("username"), property("password")), List.of());
			case EMBEDDED -> with(required(embedded).dsn(), null, Login.NONE, List.of());
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

	private NexsDbProperties ofDetails() {
		Login login = login();
		if (this.details.size() == 1) {
			NexsDbConnectionDetails only = this.details.get(0);
			return with(only.getDsn(), only.getReplicaDsn(), login, servers(login, only.getReplicas()));
		}
		List<NexsDbProperties.Replica> servers = new ArrayList<>();
		for (NexsDbConnectionDetails each : this.details) {
			Stream.of(Optional.ofNullable(each.getDsn()), Optional.ofNullable(each.getReplicaDsn()))
				.flatMap(Optional::stream)
				.map((dsn) -> new NexsDbProperties.Replica(null, dsn, 1, null, Set.of()))
				.forEach(servers::add);
			servers.addAll(each.getReplicas());
		}
		return with(null, null, login, servers(login, servers));
	}

	private List<NexsDbProperties.Replica> servers(Login login, List<NexsDbProperties.Replica> servers) {
		boolean ofContainers = this.details.stream().allMatch(ContainerDetails.class::isInstance);
		return (ofContainers && !StringUtils.hasLength(login.username())) ? ContainerServer.withUser(servers) : servers;
	}

	private Login login() {
		return this.details.stream()
			.map((each) -> new Login(each.getUsername(), each.getPassword()))
			.filter((each) -> !each.equals(Login.NONE))
			.findFirst()
			.orElseGet(() -> new Login(this.properties.username(), this.properties.password()));
	}

	private NexsDbProperties ofJdbcDetails() {
		if (this.jdbcDetails.size() > 1) {
			throw new InvalidSettingException("JdbcConnectionDetails",
					"is the type of " + this.jdbcDetails.size() + " beans, and none of them is primary",
					"Mark one as primary. For the servers of one cluster use NexsDbConnectionDetails: the label"
							+ " org.springframework.boot.service-connection=" + ContainerServer.CONNECTION_NAME
							+ " with Docker Compose, @ServiceConnection(type = NexsDbConnectionDetails.class) with"
							+ " Testcontainers.");
		}
		JdbcConnectionDetails only = this.jdbcDetails.get(0);
		return with(only.getJdbcUrl(), null, new Login(only.getUsername(), only.getPassword()), List.of());
	}

	private NexsDbProperties with(@Nullable String dsn, @Nullable String replicaDsn, Login login,
			List<NexsDbProperties.Replica> replicas) {
		NexsDbProperties from = this.properties;
		return new NexsDbProperties(from.profile(), dsn, replicaDsn, login.username(), login.password(), replicas,
				from.pgbouncer(), from.pool(), from.read(), from.monitor(), from.startup(), from.failover(),
				from.transaction(), from.retry(), from.server(), from.safety(), from.health(), from.metrics(),
				from.embedded());
	}

	/**
	 * The one that is primary, or else all.
	 */
	private static <T> List<T> all(ObjectProvider<T> beans) {
		T unique = beans.getIfUnique();
		return (unique != null) ? List.of(unique) : beans.orderedStream().toList();
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

	/**
	 * User and password where a DSN has none.
	 */
	private record Login(@Nullable String username, @Nullable String password) {

		static final Login NONE = new Login(null, null);

		@Override
		public String toString() {
			return "Login[username=" + this.username + "]";
		}

	}

}
