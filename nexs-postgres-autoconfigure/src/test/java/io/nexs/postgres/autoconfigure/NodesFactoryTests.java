package io.nexs.postgres.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.cluster.Node;
import io.nexs.postgres.dsn.InvalidDsnException;
import io.nexs.postgres.dsn.PostgresDsn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link NodesFactory}.
 */
class NodesFactoryTests {

	private final Map<String, String> settings = new LinkedHashMap<>();

	@Test
	void nodesWhenAllPlacesNameServersKeepsTheirOrder() {
		set("dsn", "postgres://app:secret@h1,h2:6000/orders?sslmode=require");
		set("replica-dsn", "postgres://h3,h4");
		set("replicas[0].dsn", "postgres://h5");
		set("replicas[1].dsn", "postgres://h6");
		set("replicas[1].id", "east");
		set("replicas[2].dsn", "postgres://h7,h8");
		assertThat(nodes()).extracting(Node::id, (node) -> node.address().toString())
			.containsExactly(tuple("node-1", "h1:5432"), tuple("node-2", "h2:6000"), tuple("node-3", "h3:5432"),
					tuple("node-4", "h4:5432"), tuple("node-5", "h5:5432"), tuple("east", "h6:5432"),
					tuple("node-7", "h7:5432"), tuple("node-8", "h8:5432"));
		assertThat(nodes()).allSatisfy((node) -> {
			assertThat(node.dsn().database()).isEqualTo("orders");
			assertThat(node.dsn().username()).isEqualTo("app");
			assertThat(node.dsn().password()).isEqualTo("secret");
			assertThat(node.dsn().parameters()).containsEntry("sslmode", "require");
		});
	}

	@Test
	void nodesWhenReplicaHasAllKeysCarriesThem() {
		set("replicas[0].id", "east");
		set("replicas[0].dsn", "jdbc:postgresql://h1/orders?user=reader&password=own");
		set("replicas[0].weight", "7");
		set("replicas[0].zone", "z1");
		set("replicas[0].tags", "a,b");
		assertThat(nodes()).containsExactly(
				new Node("east", PostgresDsn.parse("postgres://reader:own@h1/orders"), 7, "z1", Set.of("a", "b")));
	}

	@Test
	void nodesWhenDsnIsSetAloneHasWeightOneAndNoZone() {
		set("dsn", "postgres://h1/orders");
		assertThat(nodes())
			.containsExactly(new Node("node-1", PostgresDsn.parse("postgres://h1/orders"), 1, null, Set.of()));
	}

	@Test
	void nodesWhenReplicaSaysMoreThanTheDsnKeepsWhatItSays() {
		set("dsn", "postgres://app:secret@h1/orders?sslmode=require&connect_timeout=3");
		set("replica-dsn", "postgres://app:own@h2/copy?sslmode=disable");
		PostgresDsn replica = nodes().get(1).dsn();
		assertThat(replica.password()).isEqualTo("own");
		assertThat(replica.database()).isEqualTo("copy");
		assertThat(replica.parameters()).isEqualTo(Map.of("sslmode", "disable", "connectTimeout", "3"));
	}

	@Test
	void nodesWhenDsnHasNoCredentialsTakesThemFromTheProperties() {
		set("dsn", "postgres://h1");
		set("replica-dsn", "postgres://other:own@h2/x");
		set("username", "app");
		set("password", "a@b/c");
		assertThat(nodes())
			.extracting((node) -> node.dsn().username(), (node) -> node.dsn().password(),
					(node) -> node.dsn().database())
			.containsExactly(tuple("app", "a@b/c", "app"), tuple("other", "own", "x"));
	}

	@Test
	void nodesWhenDsnHasAUserTakesThePasswordFromTheProperties() {
		set("dsn", "postgres://app@h1/orders");
		set("username", "ignored");
		set("password", "secret");
		assertThat(nodes().get(0).dsn()).isEqualTo(PostgresDsn.parse("postgres://app:secret@h1/orders"));
	}

	@Test
	void nodesWhenOnlyReplicasAreSetTakesCredentialsFromTheProperties() {
		set("replicas[0].dsn", "postgres://h1/orders");
		set("username", "app");
		set("password", "secret");
		assertThat(nodes().get(0).dsn()).isEqualTo(PostgresDsn.parse("postgres://app:secret@h1/orders"));
	}

	@Test
	void nodesWhenNothingIsSetThrows() {
		set("username", "app");
		assertThatExceptionOfType(MissingDsnException.class).isThrownBy(this::nodes)
			.withMessageContaining("'nexs.db.dsn'");
	}

	@Test
	void nodesWhenDsnIsBlankThrows() {
		set("dsn", " ");
		assertThatExceptionOfType(MissingDsnException.class).isThrownBy(this::nodes);
	}

	@Test
	void nodesWhenOneServerIsNamedTwiceNamesBothPlaces() {
		set("dsn", "postgres://app:Pl4nted@h1,h2/orders");
		set("replicas[0].dsn", "postgres://H2:5432");
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::nodes)
			.withMessage("'nexs.db.replicas[0].dsn' names the server H2:5432 a second time: it stands in 'nexs.db.dsn'"
					+ " (server 2 of all) and in 'nexs.db.replicas[0].dsn' (server 3 of all). Remove one of the two."
					+ " Roles are asked from the servers, so each is listed once.");
	}

	@Test
	void nodesWhenOneServerIsNamedTwiceInOneDsnNamesBothPositions() {
		set("dsn", "postgres://app:Pl4nted@h1,h1/orders");
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::nodes)
			.withMessageContaining("(server 1 of all)")
			.withMessageContaining("(server 2 of all)")
			.withMessageNotContaining("Pl4nted");
	}

	@Test
	void nodesWhenPortsDifferAreTwoServers() {
		set("dsn", "postgres://h1:5432,h1:5433/orders");
		assertThat(nodes()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "node-1", "node-3" })
	void nodesWhenGivenIdIsThatOfAnotherPositionThrows(String id) {
		set("dsn", "postgres://h1/orders");
		set("replicas[0].dsn", "postgres://h2");
		set("replicas[0].id", id);
		set("replicas[1].dsn", "postgres://h3");
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::nodes)
			.withMessageContaining("makes a second node with the id '" + id + "'")
			.withMessageContaining("'nexs.db.replicas[0].dsn' (server 2 of all)");
	}

	@Test
	void nodesWhenOneIdIsGivenToSeveralHostsThrows() {
		set("replicas[0].dsn", "postgres://h1,h2");
		set("replicas[0].id", "east");
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::nodes)
			.withMessage("'nexs.db.replicas[0].id' names one node, but 'nexs.db.replicas[0].dsn' has 2 hosts. Remove"
					+ " the id, or make one entry of 'nexs.db.replicas' for each host.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "dsn", "replica-dsn", "replicas[0].dsn" })
	void nodesWhenDsnIsMalformedNamesTheKeyAndNotThePassword(String key) {
		set(key, "postgres://app:Pl4nted@@h1/orders");
		assertThatExceptionOfType(InvalidDsnException.class).isThrownBy(this::nodes)
			.withMessageStartingWith("Invalid DSN in 'nexs.db." + key + "': ")
			.withMessageNotContaining("Pl4nted");
	}

	@Test
	void ignoredParametersWhenRolesAreConfiguredNamesThemByPlace() {
		set("dsn", "postgres://h1/orders?target_session_attrs=read-write&sslmode=require");
		set("replica-dsn", "postgres://h2");
		set("replicas[0].dsn", "jdbc:postgresql://h3/orders?loadBalanceHosts=true");
		assertThat(NodesFactory.configured(properties(), AddressOrigin.PROPERTIES).ignoredParameters()).isEqualTo(Map
			.of("nexs.db.dsn", Set.of("target_session_attrs"), "nexs.db.replicas[0].dsn", Set.of("loadBalanceHosts")));
	}

	@Test
	void nodesWhenOnlyReplicasAreSetTakeFromTheFirstThatNamesAUser() {
		set("replicas[0].dsn", "postgres://h1");
		set("replicas[1].dsn", "postgres://app:secret@h2/orders?sslmode=require");
		set("replicas[2].dsn", "postgres://other@h3");
		assertThat(nodes())
			.extracting((node) -> node.dsn().username(), (node) -> node.dsn().password(),
					(node) -> node.dsn().database())
			.containsExactly(tuple("app", "secret", "orders"), tuple("app", "secret", "orders"),
					tuple("other", null, "orders"));
		assertThat(nodes())
			.allSatisfy((node) -> assertThat(node.dsn().parameters()).isEqualTo(Map.of("sslmode", "require")));
	}

	@Test
	void nodesWhenDetailsHaveAMalformedDsnNameTheDetails() {
		set("replicas[0].dsn", "postgres://app:Pl4nted@@h1/orders");
		assertThatExceptionOfType(InvalidDsnException.class)
			.isThrownBy(() -> NodesFactory.configured(properties(), AddressOrigin.CONNECTION_DETAILS))
			.withMessageStartingWith("Invalid DSN in 'NexsDbConnectionDetails.replicas[0].dsn': ")
			.withMessageNotContaining("Pl4nted");
	}

	@Test
	void nodesHaveNoSecretsInTheirText() {
		set("dsn", "postgres://app:Pl4nted@h1,h2/orders?sslpassword=Pl4nted");
		assertThat(nodes().toString()).contains("node-1", "h1:5432").doesNotContain("Pl4nted");
		assertThat(nodes()).allSatisfy((node) -> assertThat(node.dsn().toString()).doesNotContain("Pl4nted"));
	}

	@Test
	void nodesWhenBehindPgBouncerMayNotMakeSessionsReadOnly() {
		set("dsn", "postgres://h1/orders?readOnlyMode=always");
		assertThat(nodes()).hasSize(1);
		set("pgbouncer", "true");
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(this::nodes)
			.withMessageContaining("nexs.db.dsn")
			.withMessageContaining("readOnlyMode");
	}

	private void set(String key, String value) {
		this.settings.put("nexs.db." + key, value);
	}

	private List<Node> nodes() {
		return NodesFactory.configured(properties(), AddressOrigin.PROPERTIES).nodes();
	}

	private NexsDbProperties properties() {
		MockEnvironment environment = new MockEnvironment();
		this.settings.forEach(environment::setProperty);
		return new Binder(ConfigurationPropertySources.get(environment)).bindOrCreate("nexs.db",
				NexsDbProperties.class);
	}

}
