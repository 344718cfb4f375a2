package io.nexs.postgres.autoconfigure;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

import io.nexs.postgres.dsn.InvalidDsnException;
import io.nexs.postgres.dsn.PostgresDsn;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A server in a container, as its address, the environment of the official image and its
 * labels tell. Labels win.
 *
 * @param name name of the container, for failures
 * @param host host that leads to it
 * @param port port of that host
 * @param env environment of the container
 * @param labels labels of the container
 */
record ContainerServer(String name, String host, int port, Map<String, @Nullable String> env,
		Map<String, String> labels) {

	/**
	 * Name of the service connection of each server of a cluster.
	 */
	static final String CONNECTION_NAME = "nexs-postgres";

	private static final String LABEL = "io.nexs.postgres.";

	private static final String PORT = "5432";

	/**
	 * User the official image makes where it is told of none.
	 */
	private static final String IMAGE_USER = "postgres";

	private static final String PARAMETERS_LABEL = "org.springframework.boot.jdbc.parameters";

	/**
	 * The port PostgreSQL has in the container.
	 */
	static int containerPort(String name, Map<String, String> labels) {
		return number(name, "port", labels.getOrDefault(LABEL + "port", PORT),
				"Set it to the port of PostgreSQL in the container.");
	}

	/**
	 * The server as an entry of the configuration.
	 * @param id id of the node where no label has one, or {@code null} for one by its
	 * position
	 * @throws InvalidSettingException if a label cannot be used
	 */
	NexsDbProperties.Replica toReplica(@Nullable String id) {
		String labelled = label("id");
		return new NexsDbProperties.Replica((labelled != null) ? labelled : id, jdbcUrl(), weight(), label("zone"),
				tags());
	}

	/**
	 * Servers that were said by containers alone, with a user: where none names one, the
	 * first with a password gets that of the image, and the others follow it.
	 */
	static List<NexsDbProperties.Replica> withUser(List<NexsDbProperties.Replica> servers) {
		NexsDbProperties.Replica first = null;
		try {
			for (NexsDbProperties.Replica server : servers) {
				PostgresDsn dsn = PostgresDsn.parse(String.valueOf(server.dsn()));
				if (dsn.username() != null) {
					return servers;
				}
				first = (first == null && dsn.password() != null) ? server : first;
			}
		}
		catch (InvalidDsnException ex) {
			// Told of with the place of the DSN, when the nodes are made
			return servers;
		}
		NexsDbProperties.Replica chosen = (first != null) ? first : servers.get(0);
		return servers.stream().map((server) -> (server == chosen) ? withUser(server) : server).toList();
	}

	private static NexsDbProperties.Replica withUser(NexsDbProperties.Replica server) {
		String dsn = String.valueOf(server.dsn());
		return new NexsDbProperties.Replica(server.id(), dsn + (dsn.contains("?") ? "&" : "?") + "user=" + IMAGE_USER,
				server.weight(), server.zone(), server.tags());
	}

	private String jdbcUrl() {
		StringJoiner parameters = new StringJoiner("&", "?", "").setEmptyValue("");
		add(parameters, "user", of("username", "POSTGRES_USER"));
		add(parameters, "password", of("password", "POSTGRES_PASSWORD"));
		String further = this.labels.get(PARAMETERS_LABEL);
		if (StringUtils.hasText(further)) {
			parameters.add(further);
		}
		String database = of("database", "POSTGRES_DB");
		boolean literalV6 = this.host.indexOf(':') >= 0 && !this.host.startsWith("[");
		return "jdbc:postgresql://" + (literalV6 ? "[" + this.host + "]" : this.host) + ":" + this.port + "/"
				+ ((database != null) ? encode(database) : "") + parameters;
	}

	private static void add(StringJoiner parameters, String name, @Nullable String value) {
		if (value != null) {
			parameters.add(name + "=" + encode(value));
		}
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private @Nullable String of(String label, String variable) {
		String labelled = label(label);
		if (labelled != null) {
			return labelled;
		}
		String value = this.env.get(variable);
		return StringUtils.hasLength(value) ? value : null;
	}

	private @Nullable String label(String name) {
		String value = this.labels.get(LABEL + name);
		return StringUtils.hasText(value) ? value : null;
	}

	private int weight() {
		String weight = label("weight");
		return number(this.name, "weight", (weight != null) ? weight : "1",
				"Set it to a whole number between 0 (a reserve) and " + PropertyRules.MAX_WEIGHT + ".");
	}

	private static int number(String container, String label, String text, String action) {
		try {
			return Integer.parseInt(text.strip());
		}
		catch (NumberFormatException ex) {
			throw new InvalidSettingException(LABEL + label, "of the container " + container + " is not a number",
					action);
		}
	}

	private Set<String> tags() {
		return StringUtils
			.commaDelimitedListToSet(StringUtils.trimAllWhitespace(this.labels.getOrDefault(LABEL + "tags", "")));
	}

	/**
	 * Environment and labels may hold secrets.
	 */
	@Override
	public String toString() {
		return "ContainerServer[name=" + this.name + ", host=" + this.host + ", port=" + this.port + "]";
	}

}
