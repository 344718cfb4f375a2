package io.nexs.postgres.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;

import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;

/**
 * Makes each container of Testcontainers with
 * {@code @ServiceConnection(type = NexsDbConnectionDetails.class)} a server of the
 * cluster, whatever its class. The type has to be named: without it Boot makes a data
 * source of each container, and several would be ambiguous.
 * <p>
 * Boot asks this factory for every container of a test and keeps one bean of a type, the
 * first. Therefore all that one factory has made share the list of their containers.
 */
final class ContainerDetailsFactory extends ContainerConnectionDetailsFactory<Container<?>, NexsDbConnectionDetails> {

	private final Map<ContainerConnectionSource<Container<?>>, TestcontainersDetails> all = new LinkedHashMap<>();

	@Override
	protected boolean sourceAccepts(ContainerConnectionSource<Container<?>> source, Class<?> requiredContainerType,
			Class<?> requiredConnectionDetailsType) {
		return source.getConnectionDetailsTypes().contains(NexsDbConnectionDetails.class)
				&& super.sourceAccepts(source, requiredContainerType, requiredConnectionDetailsType);
	}

	@Override
	protected NexsDbConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
		TestcontainersDetails details = new TestcontainersDetails(source, this.all.values());
		this.all.put(source, details);
		return details;
	}

	/**
	 * All containers. They are started when their addresses are asked for.
	 */
	private static final class TestcontainersDetails extends ContainerConnectionDetails<Container<?>>
			implements ContainerDetails {

		private final Collection<TestcontainersDetails> all;

		TestcontainersDetails(ContainerConnectionSource<Container<?>> source, Collection<TestcontainersDetails> all) {
			super(source);
			this.all = all;
		}

		/**
		 * Those that are no beans get their containers with the one that is.
		 */
		@Override
		public void afterPropertiesSet() throws Exception {
			for (TestcontainersDetails each : this.all) {
				each.findContainer();
			}
		}

		private void findContainer() throws Exception {
			super.afterPropertiesSet();
		}

		@Override
		public List<NexsDbProperties.Replica> getReplicas() {
			return this.all.stream().map(TestcontainersDetails::server).toList();
		}

		private NexsDbProperties.Replica server() {
			Container<?> container = getContainer();
			String name = container.getDockerImageName();
			Map<String, String> labels = (container instanceof GenericContainer<?> generic) ? generic.getLabels()
					: Map.of();
			int port = container.getMappedPort(ContainerServer.containerPort(name, labels));
			return new ContainerServer(name, container.getHost(), port, Map.copyOf(container.getEnvMap()), labels)
				.toReplica(null);
		}

	}

}
