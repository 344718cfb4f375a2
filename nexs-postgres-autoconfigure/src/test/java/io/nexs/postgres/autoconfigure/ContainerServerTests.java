package io.nexs.postgres.autoconfigure;

import java.util.List;
import java.util.Map;

import io.nexs.postgres.dsn.PostgresDsn;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContainerServer}.
 */
class ContainerServerTests {

	private static final Map<String, String> ENV = Map.of("POSTGRES_USER", "postgres", "POSTGRES_PASSWORD",
			"p&ss=w+rd %/", "POSTGRES_DB", "or ders");

	@Test
	void replicaWhenOnlyTheEnvironmentSpeaksHasItsCredentialsAndDefaults() {
		NexsDbProperties.Replica replica = server(ENV, Map.of()).toReplica("db-1");
		PostgresDsn dsn = dsn(replica);
		assertThat(replica).extracting("id", "weight", "zone").containsExactly("db-1", 1, null);
		assertThat(replica.tags()).isEmpty();
		assertThat(dsn.hosts()).singleElement().hasToString("localhost:15432");
		assertThat(dsn.username()).isEqualTo("postgres");
		assertThat(dsn.password()).isEqualTo("p&ss=w+rd %/");
		assertThat(dsn.database()).isEqualTo("or ders");
		assertThat(dsn.parameters()).isEmpty();
	}

	@Test
	void replicaWhenLabelledFollowsTheLabels() {
		NexsDbProperties.Replica replica = server(ENV,
				Map.of("io.nexs.postgres.id", "east", "io.nexs.postgres.weight", "3", "io.nexs.postgres.zone", "eu-1a",
						"io.nexs.postgres.tags", "reporting, ssd", "io.nexs.postgres.username", "app",
						"io.nexs.postgres.password", "own", "io.nexs.postgres.database", "orders",
						"org.springframework.boot.jdbc.parameters", "sslmode=require"))
			.toReplica("db-1");
		assertThat(replica).extracting("id", "weight", "zone").containsExactly("east", 3, "eu-1a");
		assertThat(replica.tags()).containsExactlyInAnyOrder("reporting", "ssd");
		assertThat(dsn(replica))
			.isEqualTo(PostgresDsn.parse("postgres://app:own@localhost:15432/orders?sslmode=require"));
	}

	@Test
	void replicaWhenNothingIsSaidLeavesUserAndDatabaseToOthers() {
		PostgresDsn dsn = dsn(server(Map.of(), Map.of()).toReplica(null));
		assertThat(dsn.username()).isNull();
		assertThat(dsn.password()).isNull();
		PostgresDsn main = PostgresDsn.parse("postgres://app:secret@h1/orders");
		assertThat(dsn.withDefaults(main)).isEqualTo(main.forHost(dsn.hosts().get(0)));
	}

	@Test
	void serversWhenNoneNamesAUserHaveThatOfTheImage() {
		NexsDbProperties.Replica silent = server(Map.of(), Map.of()).toReplica("silent");
		NexsDbProperties.Replica secret = server(Map.of("POSTGRES_PASSWORD", "own"),
				Map.of("io.nexs.postgres.weight", "2"))
			.toReplica("secret");
		List<NexsDbProperties.Replica> servers = ContainerServer.withUser(List.of(silent, secret));
		assertThat(servers.get(0)).isEqualTo(silent);
		assertThat(servers.get(1)).extracting("id", "weight").containsExactly("secret", 2);
		assertThat(dsn(servers.get(1))).extracting("username", "password").containsExactly("postgres", "own");
		NexsDbProperties.Replica named = server(ENV, Map.of()).toReplica("named");
		assertThat(ContainerServer.withUser(List.of(secret, named))).containsExactly(secret, named);
		assertThat(dsn(ContainerServer.withUser(List.of(silent)).get(0)).username()).isEqualTo("postgres");
	}

	@Test
	void replicaWhenTheHostIsAnAddressOfVersionSixHasBrackets() {
		ContainerServer server = new ContainerServer("db", "::1", 5432, Map.of(), Map.of());
		assertThat(dsn(server.toReplica(null)).hosts()).singleElement().hasToString("[::1]:5432");
	}

	@Test
	void replicaWhenWeightIsNotANumberNamesLabelAndContainer() {
		ContainerServer server = server(ENV, Map.of("io.nexs.postgres.weight", "heavy"));
		assertThatExceptionOfType(InvalidSettingException.class).isThrownBy(() -> server.toReplica(null))
			.withMessageContaining("'io.nexs.postgres.weight' of the container db is not a number");
	}

	@Test
	void portWhenLabelledIsThatOfTheContainer() {
		assertThat(ContainerServer.containerPort("db", Map.of())).isEqualTo(5432);
		assertThat(ContainerServer.containerPort("db", Map.of("io.nexs.postgres.port", "5433"))).isEqualTo(5433);
	}

	@Test
	void textHasNoSecrets() {
		assertThat(server(ENV, Map.of("io.nexs.postgres.password", "own")).toString()).doesNotContain("p&ss", "own");
	}

	private static ContainerServer server(Map<String, String> env, Map<String, String> labels) {
		return new ContainerServer("db", "localhost", 15432, Map.copyOf(env), labels);
	}

	private static PostgresDsn dsn(NexsDbProperties.Replica replica) {
		assertThat(replica.dsn()).isNotNull();
		return PostgresDsn.parse(String.valueOf(replica.dsn()));
	}

}
