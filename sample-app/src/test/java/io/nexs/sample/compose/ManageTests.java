package io.nexs.sample.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.nexs.sample.Program.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code manage.sh} calls, from a directory that is not the project's. Docker and
 * Maven are programs that write down how they were called.
 */
@DisabledOnOs(OS.WINDOWS)
class ManageTests {

	private static final String COMPOSE = "docker compose --project-directory %1$s --file %1$s/compose.yaml "
		.formatted(Stack.ROOT);

	private static final String ALL = "--profile tools --profile cache --profile tls ";

	private static final String IN = "bash /etc/nexs/cluster.sh ";

	@TempDir
	private Path directory;

	private Stack stack;

	@BeforeEach
	void putInPlace() throws IOException {
		this.stack = new Stack(this.directory, "recorder", "docker", "docker-compose", "mvn")
			.set("CALLS", this.directory.resolve("calls").toString())
			.set("RUNNING", "primary replica-1 replica-2");
	}

	private List<String> calls() throws IOException {
		Path file = this.directory.resolve("calls");
		return Files.exists(file) ? Files.readAllLines(file) : List.of();
	}

	private Result succeed(String... arguments) throws Exception {
		Result result = this.stack.manage(arguments);
		assertThat(result.exitCode()).as(result.output()).isZero();
		return result;
	}

	private String refused(String... arguments) throws Exception {
		Result result = this.stack.manage(arguments);
		assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
		return result.output();
	}

	@Test
	void commandWhenUnknownFailsWithTheUsage() throws Exception {
		assertThat(refused("promot", "replica-1")).contains("Usage:", "There is no command 'promot'");
		assertThat(calls()).isEmpty();
	}

	@Test
	void commandWhenMissingPrintsTheUsage() throws Exception {
		assertThat(succeed().output()).isEqualTo(succeed("help").output()).contains("Usage:");
	}

	@ParameterizedTest
	@ValueSource(strings = { "stop-node", "start-node", "promote", "rejoin", "psql" })
	void nodeWhenUnknownIsRefused(String command) throws Exception {
		assertThat(refused(command, "replica-3")).contains("There is no node 'replica-3'",
				"primary replica-1 replica-2");
		assertThat(calls()).noneMatch((call) -> call.contains("exec") || call.contains("stop"));
	}

	@Test
	void nodeWhenMissingIsAskedFor() throws Exception {
		assertThat(refused("stop-node")).contains("Which node?");
	}

	@Test
	void startWithProfilesStartsThemAndPrintsTheAddresses() throws Exception {
		String output = succeed("start", "tools", "tls").output();
		assertThat(calls()).contains(COMPOSE + "--profile tools --profile tls up -d");
		assertThat(output).contains(
				"NEXS_DB_DSN=postgres://app:app@localhost:5432,localhost:5433,localhost:5434/orders",
				"?sslmode=verify-full&sslrootcert=");
	}

	@Test
	void startWhenCertificatesFailFails() throws Exception {
		this.stack.set("TLS_ENDS", "1");
		assertThat(refused("start", "tls")).contains("manage.sh logs tls");
	}

	@Test
	void startWhenANodeEndsFailsAndNamesIt() throws Exception {
		this.stack.set("RUNNING", "primary replica-2");
		Files.writeString(this.directory.resolve("bin/docker"), Files.readString(this.directory.resolve("bin/docker"))
			.replace("echo healthy", "[[ ${!#} == primary ]] && echo healthy || echo starting"));
		assertThat(refused("start")).contains("replica-1 has ended: ./manage.sh logs replica-1");
	}

	@Test
	void profileWhenUnknownIsRefused() throws Exception {
		assertThat(refused("start", "tool")).contains("There is no profile 'tool'. Profiles: tools cache tls");
		assertThat(calls()).noneMatch((call) -> call.contains(" up "));
	}

	@ParameterizedTest
	@CsvSource({ "stop, stop", "restart, restart", "logs replica-1 --follow, logs replica-1 --follow",
			"redis get x, exec cache valkey-cli get x", "reset --yes, down --volumes --remove-orphans" })
	void commandIsPassedOnForTheServicesOfAllProfiles(String arguments, String call) throws Exception {
		succeed(arguments.split(" "));
		assertThat(calls()).last().isEqualTo(COMPOSE + ALL + call);
	}

	@ParameterizedTest
	@CsvSource({ "psql, primary psql", "psql -c x, primary psql -c x", "psql replica-2 -c x, replica-2 psql -c x" })
	void psqlRunsOnThePrimaryUnlessTold(String arguments, String call) throws Exception {
		succeed(arguments.split(" "));
		String[] parts = call.split(" ", 2);
		assertThat(calls()).last().isEqualTo(COMPOSE + "exec -T --user postgres " + parts[0] + " " + IN + parts[1]);
	}

	@Test
	void statusShowsServicesReplicationAndAddresses() throws Exception {
		assertThat(succeed("status").output()).contains("postgres://app:app@localhost:5434/orders");
		assertThat(calls()).contains(COMPOSE + ALL + "ps",
				COMPOSE + "exec -T --user postgres primary " + IN + "report");
	}

	@Test
	void verifyRunsInANodeThatRuns() throws Exception {
		this.stack.set("RUNNING", "replica-2");
		succeed("verify");
		assertThat(calls()).last().isEqualTo(COMPOSE + "exec -T --user postgres replica-2 " + IN + "verify");
	}

	@ParameterizedTest
	@ValueSource(strings = { "verify", "status", "psql", "ca" })
	void commandWhenNoNodeRunsSaysSo(String command) throws Exception {
		this.stack.set("RUNNING", "");
		assertThat(refused(command)).contains("No node is running");
		assertThat(calls()).noneMatch((call) -> call.contains("exec"));
	}

	@Test
	void promoteWhenThePrimaryRunsIsRefusedAndSaysWhatToDo() throws Exception {
		assertThat(refused("promote", "replica-1")).contains("primary is the primary and its container runs",
				"./manage.sh stop-node primary", "./manage.sh promote replica-1");
		assertThat(calls()).noneMatch((call) -> call.endsWith("promote"));
	}

	@Test
	void promoteWhenThePrimaryIsStoppedPromotes() throws Exception {
		this.stack.set("RUNNING", "replica-1 replica-2");
		assertThat(succeed("promote", "replica-1").output()).contains("./manage.sh start-node primary");
		assertThat(calls()).contains(COMPOSE + "exec -T --user postgres replica-1 " + IN + "promote");
	}

	@Test
	void promoteWhenTheNodeIsStoppedIsRefused() throws Exception {
		this.stack.set("RUNNING", "replica-2");
		assertThat(refused("promote", "replica-1")).contains("replica-1 is not running");
	}

	@Test
	void rejoinWhenItIsThePrimaryIsRefused() throws Exception {
		assertThat(refused("rejoin", "primary")).contains("only a replica can copy it");
		assertThat(calls()).noneMatch((call) -> call.contains(" stop "));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "no\n", "y\n" })
	void resetWhenNotConfirmedDeletesNothing(String answer) throws Exception {
		Result result = this.stack.manageWithInput(answer, "reset");
		assertThat(result.exitCode()).isEqualTo(1);
		assertThat(result.output()).contains("Nothing was deleted");
		assertThat(calls()).noneMatch((call) -> call.contains("down"));
	}

	@Test
	void resetWhenConfirmedDeletes() throws Exception {
		assertThat(this.stack.manageWithInput("yes\n", "reset").exitCode()).isZero();
		assertThat(calls()).last().isEqualTo(COMPOSE + ALL + "down --volumes --remove-orphans");
	}

	@Test
	void composeWhenThePluginIsMissingIsTheProgram() throws Exception {
		this.stack.set("NO_PLUGIN", "1");
		succeed("stop-node", "replica-1");
		assertThat(calls()).last().isEqualTo(COMPOSE.replace("docker compose", "docker-compose") + "stop replica-1");
	}

	@Test
	void engineWhenItDoesNotAnswerIsNamed() throws Exception {
		this.stack.set("NO_ENGINE", "1");
		assertThat(refused("start")).contains("No Docker engine answers", "mvn spring-boot:run");
	}

	@Test
	void programsWhenMissingAreNamed() throws Exception {
		Path programs = this.directory.resolve("bin");
		for (String name : List.of("docker", "docker-compose", "mvn")) {
			Files.delete(programs.resolve(name));
		}
		Path dirname = Files.writeString(programs.resolve("dirname"), "#!/bin/sh\nexec /usr/bin/dirname \"$@\"\n");
		assertThat(dirname.toFile().setExecutable(true)).isTrue();
		this.stack.set("PATH", programs.toString());
		assertThat(refused("start")).contains("docker is not installed");
		assertThat(refused("test")).contains("mvn is not installed");
	}

	@Test
	void testRunsMavenInTheProject() throws Exception {
		Files.writeString(this.directory.resolve("bin/mvn"), "#!/usr/bin/env bash\necho \"$PWD: mvn $*\"\n");
		assertThat(succeed("test", "-DskipITs").output().strip()).isEqualTo(Stack.ROOT + ": mvn verify -DskipITs");
	}

	@ParameterizedTest
	@ValueSource(strings = { "basic", "replicas", "pool", "transactions", "batch", "failover", "hooks" })
	void exampleRunsTheSampleWithItsProfile(String name) throws Exception {
		succeed("example", name);
		assertThat(calls()).containsExactly("mvn spring-boot:run -Dspring-boot.run.profiles=" + name);
	}

	@Test
	void exampleWhenMissingIsAskedFor() throws Exception {
		assertThat(refused("example")).contains("Which example? One of: basic replicas pool");
		assertThat(calls()).isEmpty();
	}

	@Test
	void exampleWhenUnknownIsRefused() throws Exception {
		assertThat(refused("example", "copy")).contains("There is no example 'copy'. Examples: basic replicas pool");
		assertThat(calls()).isEmpty();
	}

}
