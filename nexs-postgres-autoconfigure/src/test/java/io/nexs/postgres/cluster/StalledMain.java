package io.nexs.postgres.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.nexs.postgres.dsn.PostgresDsn;

/**
 * A program that watches a cluster until its input ends, to be stopped by a test. It says
 * {@code started} and then one line per event.
 */
final class StalledMain {

	private StalledMain() {
	}

	public static void main(String[] args) throws IOException {
		List<Node> nodes = new ArrayList<>();
		for (int i = 2; i < args.length; i++) {
			nodes.add(new Node("node-" + (i - 1), PostgresDsn.parse(args[i])));
		}
		Duration timeout = Duration.ofMillis(Long.parseLong(args[0]));
		MonitorSettings settings = MonitorSettings.defaults()
			.withTimes(Duration.ofMillis(100), Duration.ofMillis(25), timeout)
			.withLostAfter(timeout.multipliedBy(2));
		int spinners = Integer.parseInt(args[1]);
		try (ClusterMonitor monitor = new ClusterMonitor(nodes, settings, new DriverManagerConnector("postgres"))) {
			monitor.start();
			say("started " + monitor.topology().nodes().stream().map(NodeState::status).collect(Collectors.toSet()));
			monitor.addListener((topology, events) -> events.forEach((event) -> say("event " + event)));
			for (int i = 0; i < spinners; i++) {
				Thread spinner = new Thread(StalledMain::spin);
				spinner.setDaemon(true);
				spinner.start();
			}
			while (System.in.read() >= 0) {
				say("probed " + monitor.topology().nodes().get(0).lastProbe());
			}
		}
	}

	private static void spin() {
		while (!Thread.interrupted()) {
			Thread.onSpinWait();
		}
	}

	private static void say(String line) {
		System.out.println(line);
	}

}
