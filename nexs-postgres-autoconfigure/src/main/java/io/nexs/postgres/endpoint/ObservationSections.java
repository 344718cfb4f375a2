package io.nexs.postgres.endpoint;

import java.util.List;

import io.nexs.postgres.safety.SafetyMonitor;
import io.nexs.postgres.server.ServerMonitor;
import org.jspecify.annotations.Nullable;

/**
 * Parts of the endpoint that are there when what they show is switched on.
 *
 * @param servers knows the figures of the servers, or {@code null}
 * @param safety knows what was found, or {@code null}
 */
public record ObservationSections(@Nullable ServerMonitor servers, @Nullable SafetyMonitor safety) {

	@Nullable List<ServerDescriptor> server() {
		ServerMonitor monitor = this.servers;
		return (monitor != null) ? monitor.nodes().stream().map((node) -> ServerDescriptor.of(monitor, node)).toList()
				: null;
	}

	@Nullable SafetyDescriptor found() {
		return (this.safety != null) ? SafetyDescriptor.of(this.safety) : null;
	}

}
