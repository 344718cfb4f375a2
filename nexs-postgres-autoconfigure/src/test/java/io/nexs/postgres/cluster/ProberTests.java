package io.nexs.postgres.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Probers whose connections never come about.
 */
class ProberTests {

	private static final MonitorSettings SETTINGS = MonitorSettings.defaults()
		.withTimes(Duration.ofMillis(500), Duration.ofMillis(20), Duration.ofMillis(300));

	private ClusterMonitor monitor;

	@AfterEach
	void closeMonitor() {
		if (this.monitor != null) {
			this.monitor.close();
		}
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("nexs-db-"));
	}

	@Test
	void connectorWhenItThrowsSomethingUnknownKeepsItsMessageToItself() {
		start((node, timeout) -> {
			throw new IllegalStateException("password=geheim");
		});
		NodeState state = this.monitor.topology().node("node-1");
		assertThat(state.lastError()).isEqualTo("java.lang.IllegalStateException");
	}

	@Test
	void connectorWhenItFailsIsAskedAgainUntilTheNodeIsUnhealthy() {
		start((node, timeout) -> {
			throw new SQLException("line one\n  line two", "08001");
		});
		Awaitility.await().until(() -> this.monitor.topology().node("node-1").status() == NodeStatus.UNHEALTHY);
		assertThat(this.monitor.topology().node("node-1").lastError()).isEqualTo("08001: line one line two");
	}

	@Test
	void connectorWhenMemoryRunsOutIsAskedAgain() {
		AtomicInteger probes = new AtomicInteger();
		start((node, timeout) -> {
			probes.incrementAndGet();
			throw new OutOfMemoryError("on purpose");
		});
		Awaitility.await().until(() -> probes.get() > 10);
		Awaitility.await().until(() -> this.monitor.topology().node("node-2").status() == NodeStatus.UNHEALTHY);
		assertThat(this.monitor.topology().node("node-2").lastError()).isEqualTo("java.lang.OutOfMemoryError");
	}

	@Test
	void listenerWhenMemoryRunsOutIsToldTheNextTopology() {
		AtomicInteger told = new AtomicInteger();
		this.monitor = new ClusterMonitor(ClusterScript.nodes(2), SETTINGS, ProberTests::refuse);
		this.monitor.addListener((topology, events) -> {
			told.incrementAndGet();
			throw new OutOfMemoryError("on purpose");
		});
		this.monitor.start();
		Awaitility.await().until(() -> told.get() > 2);
		Awaitility.await().until(() -> this.monitor.topology().node("node-1").status() == NodeStatus.UNHEALTHY);
	}

	@Test
	void connectorWhenItHangsForOneNodeHoldsUpNoOther() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger others = new AtomicInteger();
		long begin = System.nanoTime();
		start((node, timeout) -> {
			if (node.id().equals("node-1")) {
				awaitRelease(release);
			}
			others.incrementAndGet();
			throw new SQLException("refused", "08001");
		});
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(790),
				Duration.ofMillis(2500));
		assertThat(others.get()).isGreaterThan(3);
		assertThat(this.monitor.topology().node("node-1").lastProbe()).isNull();
		release.countDown();
		Awaitility.await().until(() -> this.monitor.topology().node("node-1").lastProbe() != null);
	}

	@Test
	void trafficWhenItKeepsFailingDoesNotMakeProbesPauseless() {
		AtomicInteger probes = new AtomicInteger();
		start((node, timeout) -> {
			probes.incrementAndGet();
			throw new SQLException("refused", "08001");
		});
		probes.set(0);
		long end = System.nanoTime() + Duration.ofMillis(400).toNanos();
		while (System.nanoTime() < end) {
			this.monitor.reportFailure("node-1", "08006");
		}
		assertThat(probes.get()).isBetween(20, 2 * 90);
	}

	@Test
	void monitorWhenPausedAskedForProbesAndClosedNeitherProbesNorHangs() throws Exception {
		AtomicInteger probes = new AtomicInteger();
		start((node, timeout) -> {
			probes.incrementAndGet();
			throw new SQLException("refused", "08001");
		});
		long begin = System.nanoTime();
		this.monitor.pause();
		this.monitor.pause();
		int before = probes.get();
		this.monitor.reportFailure("node-1", "08006");
		this.monitor.probeNow();
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> probes.get() == before);
		this.monitor.resume();
		this.monitor.resume();
		assertThat(probes.get()).isGreaterThanOrEqualTo(before + 2);
		this.monitor.pause();
		this.monitor.close();
		this.monitor.pause();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void monitorWhenPausedWhileAConnectionIsOpenedLetsNothingOfItBeSeen() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		AtomicInteger asked = new AtomicInteger();
		start((node, timeout) -> {
			if (asked.incrementAndGet() > 6) {
				awaitRelease(release);
			}
			throw new SQLException("refused", "08001");
		});
		Awaitility.await().until(() -> asked.get() == 8);
		this.monitor.pause();
		NodeState before = this.monitor.topology().node("node-1");
		release.countDown();
		Awaitility.await()
			.during(Duration.ofMillis(200))
			.until(() -> this.monitor.topology().node("node-1") == before && asked.get() == 8);
	}

	@Test
	void monitorWhenIdsAreNotUniqueIsRefused() {
		List<Node> nodes = List.of(ClusterScript.nodes(1).get(0), ClusterScript.nodes(1).get(0));
		assertThatIllegalArgumentException().isThrownBy(() -> new ClusterMonitor(nodes, SETTINGS, ProberTests::refuse))
			.withMessageContaining("node-1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ClusterMonitor(List.of(), SETTINGS, ProberTests::refuse));
	}

	private void start(ProbeConnector connector) {
		this.monitor = new ClusterMonitor(ClusterScript.nodes(2), SETTINGS, connector);
		this.monitor.start();
	}

	private static Connection refuse(Node node, Duration timeout) throws SQLException {
		throw new SQLException("refused", "08001");
	}

	private static void awaitRelease(CountDownLatch release) throws SQLException {
		try {
			if (!release.await(5, TimeUnit.SECONDS)) {
				throw new SQLException("never released");
			}
		}
		catch (InterruptedException ex) {
			throw new SQLException(ex);
		}
	}

}
