package io.nexs.postgres.autoconfigure;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.lifecycle.DockerComposeServicesReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;

/**
 * A service of Docker Compose whose container port 5432 leads to a port of this machine.
 *
 * @param name name of the service
 * @param hostPort port of this machine
 * @param env environment of the container
 * @param labels labels of the service
 */
record FakeService(String name, int hostPort, Map<String, @Nullable String> env,
		Map<String, String> labels) implements RunningService, ConnectionPorts {

	/**
	 * Tells the listeners of an application, among them Boot's, that services run, at the
	 * time Boot does.
	 */
	static ApplicationListener<ApplicationPreparedEvent> running(FakeService... services) {
		return (prepared) -> {
			SimpleApplicationEventMulticaster listeners = new SimpleApplicationEventMulticaster();
			prepared.getSpringApplication().getListeners().forEach(listeners::addApplicationListener);
			listeners.multicastEvent(event(prepared.getApplicationContext(), List.of(services)));
		};
	}

	private static DockerComposeServicesReadyEvent event(ApplicationContext context, List<FakeService> services) {
		try {
			Constructor<DockerComposeServicesReadyEvent> constructor = DockerComposeServicesReadyEvent.class
				.getDeclaredConstructor(ApplicationContext.class, List.class);
			return BeanUtils.instantiateClass(constructor, context, services);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public ImageReference image() {
		return ImageReference.of("postgres:18");
	}

	@Override
	public String host() {
		return "127.0.0.1";
	}

	@Override
	public ConnectionPorts ports() {
		return this;
	}

	@Override
	public int get(int containerPort) {
		if (containerPort != 5432) {
			throw new IllegalStateException("Port " + containerPort + " is not mapped");
		}
		return this.hostPort;
	}

	@Override
	public List<Integer> getAll() {
		return List.of(this.hostPort);
	}

	@Override
	public List<Integer> getAll(@Nullable String protocol) {
		return getAll();
	}

}
