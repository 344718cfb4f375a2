package io.nexs.postgres.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.HostAndPort;
import io.nexs.postgres.dsn.InvalidDsnException;
import io.nexs.postgres.dsn.PostgresDsn;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Makes the nodes of the cluster from the configuration: the hosts of
 * {@code nexs.db.dsn}, then those of {@code nexs.db.replica-dsn}, then
 * {@code nexs.db.replicas}. Ids are {@code node-1}, {@code node-2}, ... by the position
 * over all of these, unless given. What a DSN does not say is taken from
 * {@code nexs.db.dsn}, or without it from the first of the replicas that names a user.
 */
final class NodesFactory {

	private final NexsDbProperties properties;

	private final String root;

	private final List<Node> nodes = new ArrayList<>();

	private final Map<String, String> placesById = new LinkedHashMap<>();

	private final Map<String, String> placesByAddress = new LinkedHashMap<>();

	private final Map<String, Set<String>> ignoredParameters = new LinkedHashMap<>();

	private NodesFactory(NexsDbProperties properties, AddressOrigin origin) {
		this.properties = properties;
		this.root = origin.place();
	}

	/**
	 * Make the nodes, with the names of parameters of DSNs that have no effect.
	 * @param properties the configuration
	 * @param origin who named the servers, for messages
	 * @return the nodes in the order of the configuration, one at least
	 * @throws InvalidDsnException if a DSN cannot be read; it names the property
	 * @throws MissingDsnException if no server is configured
	 * @throws InvalidSettingException if two nodes have one id or one address
	 */
	static ConfiguredNodes configured(NexsDbProperties properties, AddressOrigin origin) {
		NodesFactory factory = new NodesFactory(properties, origin);
		return new ConfiguredNodes(factory.build(), origin, factory.ignoredParameters);
	}

	private List<Node> build() {
		PostgresDsn main = null;
		if (StringUtils.hasText(this.properties.dsn())) {
			String place = this.root + ".dsn";
			main = withCredentials(parse(this.properties.dsn(), place));
			addAll(main, place);
		}
		if (StringUtils.hasText(this.properties.replicaDsn())) {
			String place = this.root + ".replica-dsn";
			addAll(replica(parse(this.properties.replicaDsn(), place), main), place);
		}
		main = (main != null) ? main : firstWithUser();
		for (int i = 0; i < this.properties.replicas().size(); i++) {
			addReplica(this.properties.replicas().get(i), this.root + ".replicas[" + i + "]", main);
		}
		if (this.nodes.isEmpty()) {
			throw new MissingDsnException();
		}
		return List.copyOf(this.nodes);
	}

	/**
	 * What the replicas take from where there is no {@code nexs.db.dsn}: the first of
	 * them that names a user.
	 */
	private @Nullable PostgresDsn firstWithUser() {
		for (int i = 0; i < this.properties.replicas().size(); i++) {
			String dsn = this.properties.replicas().get(i).dsn();
			PostgresDsn parsed = parse((dsn != null) ? dsn : "", this.root + ".replicas[" + i + "].dsn");
			if (parsed.username() != null) {
				return parsed;
			}
		}
		return null;
	}

	private PostgresDsn parse(String text, String place) {
		try {
			PostgresDsn dsn = PostgresDsn.parse(text);
			if (!dsn.ignoredParameters().isEmpty()) {
				this.ignoredParameters.put(place, dsn.ignoredParameters());
			}
			if (this.properties.pgbouncer()) {
				PropertyRules.noSessionState(place, dsn);
			}
			return dsn;
		}
		catch (InvalidDsnException ex) {
			throw ex.at(place);
		}
	}

	/**
	 * A DSN of a replica: its own parts, then those of the main DSN, then the properties.
	 */
	private PostgresDsn replica(PostgresDsn dsn, @Nullable PostgresDsn main) {
		return withCredentials((main != null) ? dsn.withDefaults(main) : dsn);
	}

	private PostgresDsn withCredentials(PostgresDsn dsn) {
		String username = (dsn.username() == null) ? emptyToNull(this.properties.username()) : null;
		String password = (dsn.password() == null) ? emptyToNull(this.properties.password()) : null;
		return dsn.withCredentials(username, password);
	}

	private static @Nullable String emptyToNull(@Nullable String text) {
		return StringUtils.hasLength(text) ? text : null;
	}

	private void addAll(PostgresDsn dsn, String place) {
		for (HostAndPort host : dsn.hosts()) {
			add(null, dsn.forHost(host), 1, null, Set.of(), place);
		}
	}

	private void addReplica(NexsDbProperties.Replica replica, String place, @Nullable PostgresDsn main) {
		String dsnPlace = place + ".dsn";
		PostgresDsn dsn = replica(parse((replica.dsn() != null) ? replica.dsn() : "", dsnPlace), main);
		if (replica.id() != null && dsn.hosts().size() > 1) {
			throw new InvalidSettingException(place + ".id",
					"names one node, but '" + dsnPlace + "' has " + dsn.hosts().size() + " hosts",
					"Remove the id, or make one entry of 'nexs.db.replicas' for each host.");
		}
		for (HostAndPort host : dsn.hosts()) {
			add(replica.id(), dsn.forHost(host), replica.weight(), replica.zone(), replica.tags(), dsnPlace);
		}
	}

	private void add(@Nullable String givenId, PostgresDsn dsn, int weight, @Nullable String zone, Set<String> tags,
			String place) {
		int position = this.nodes.size() + 1;
		String id = (givenId != null) ? givenId : "node-" + position;
		String here = "'" + place + "' (server " + position + " of all)";
		HostAndPort address = dsn.hosts().get(0);
		String sameAddress = this.placesByAddress.putIfAbsent(address.toString().toLowerCase(Locale.ROOT), here);
		if (sameAddress != null) {
			throw new InvalidSettingException(place,
					"names the server " + address + " a second time: it stands in " + sameAddress + " and in " + here,
					"Remove one of the two. Roles are asked from the servers, so each is listed once.");
		}
		String sameId = this.placesById.putIfAbsent(id, here);
		if (sameId != null) {
			throw new InvalidSettingException(place,
					"makes a second node with the id '" + id + "': " + sameId + " and " + here,
					"Give each node an id of its own; without one it is called node- and its position.");
		}
		this.nodes.add(new Node(id, dsn, weight, zone, new LinkedHashSet<>(tags)));
	}

}
