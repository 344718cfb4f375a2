package io.nexs.postgres.autoconfigure;

import java.util.List;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

/**
 * Makes each service of Docker Compose with the label
 * {@code org.springframework.boot.service-connection=nexs-postgres} a server of the
 * cluster, whatever its image. The label keeps Boot's own factory from the service, which
 * would make a data source of each. Ids of nodes are the names of services.
 */
final class ComposeConnectionDetailsFactory extends DockerComposeConnectionDetailsFactory<NexsDbConnectionDetails> {

	ComposeConnectionDetailsFactory() {
		super(ContainerServer.CONNECTION_NAME);
	}

	@Override
	protected NexsDbConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new ComposeConnectionDetails(source.getRunningService());
	}

	/**
	 * One service.
	 */
	private static final class ComposeConnectionDetails extends DockerComposeConnectionDetails
			implements ContainerDetails {

		private final NexsDbProperties.Replica server;

		ComposeConnectionDetails(RunningService service) {
			super(service);
			int port = service.ports().get(ContainerServer.containerPort(service.name(), service.labels()));
			this.server = new ContainerServer(service.name(), service.host(), port, service.env(), service.labels())
				.toReplica(service.name());
		}

		@Override
		public List<NexsDbProperties.Replica> getReplicas() {
			return List.of(this.server);
		}

	}

}
