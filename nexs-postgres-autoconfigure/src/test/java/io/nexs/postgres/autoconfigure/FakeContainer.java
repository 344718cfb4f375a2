package io.nexs.postgres.autoconfigure;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A container of Testcontainers whose port 5432 leads to a port of this machine and that
 * needs no Docker.
 */
final class FakeContainer extends GenericContainer<FakeContainer> {

	private static final String IMAGE = "postgres:18";

	private final int hostPort;

	private boolean started;

	FakeContainer(int hostPort) {
		super(DockerImageName.parse(IMAGE));
		this.hostPort = hostPort;
	}

	@Override
	public void start() {
		this.started = true;
	}

	@Override
	public void stop() {
		this.started = false;
	}

	@Override
	public boolean isRunning() {
		return this.started;
	}

	@Override
	public String getDockerImageName() {
		return IMAGE;
	}

	@Override
	public String getHost() {
		return "127.0.0.1";
	}

	@Override
	public Integer getMappedPort(int originalPort) {
		if (!this.started || originalPort != 5432) {
			throw new IllegalStateException("Port " + originalPort + " is not mapped");
		}
		return this.hostPort;
	}

}
