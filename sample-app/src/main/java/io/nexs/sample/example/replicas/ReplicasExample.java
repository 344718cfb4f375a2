package io.nexs.sample.example.replicas;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.routing.ReadPreference;
import io.nexs.postgres.routing.ReadRouting;
import io.nexs.postgres.routing.Route;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.sample.example.Example;
import io.nexs.sample.example.Routes;
import io.nexs.sample.example.Steps;
import io.nexs.sample.example.Until;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Where reads go, and what becomes of them when a replica lags or dies.
 */
@Component
class ReplicasExample implements Example {

	private static final int READS = 12;

	private static final String LAG = "Replay of a replica is paused and something is written";

	private static final String LOSS = "A replica is killed, and 12 reads at once";

	private final Notes notes;

	private final Routes routes;

	private final RoutingDataSource dataSource;

	private final ObjectProvider<EmbeddedCluster> cluster;

	ReplicasExample(Notes notes, Routes routes, RoutingDataSource dataSource, ObjectProvider<EmbeddedCluster> cluster) {
		this.notes = notes;
		this.routes = routes;
		this.dataSource = dataSource;
		this.cluster = cluster;
	}

	@Override
	public String name() {
		return "replicas";
	}

	@Override
	public String shows() {
		return "reads spread over replicas, read preferences, a replica that lags, one that is lost";
	}

	@Override
	public void run(Steps steps) throws Exception {
		EmbeddedCluster embedded = this.cluster.getIfAvailable();
		if (embedded != null) {
			Until.replicasServe(this.dataSource);
		}
		this.notes.clear();
		try {
			steps.run("12 reads in read-only transactions", this::spread);
			steps.run("The same method with each read preference", this::preferences);
			steps.run("A write, and a read that has to see it", () -> {
				this.notes.write();
				return this.notes.countExactly();
			});
			if (embedded == null) {
				steps.skip(LAG, "only on the embedded cluster, which an application without nexs.db.dsn gets");
				steps.skip(LOSS, "only on the embedded cluster");
				return;
			}
			EmbeddedNode replica = embedded.replicas().get(0);
			lag(steps, replica);
			lose(steps, embedded, replica);
		}
		finally {
			this.notes.clear();
		}
	}

	private void lag(Steps steps, EmbeddedNode replica) throws Exception {
		replica.pauseReplay();
		try {
			steps.run(LAG, () -> {
				this.notes.write();
				Until.holds("the lag is noticed", () -> !state(replica).servesReads());
				NodeState state = state(replica);
				return "%s is %d ms and %d bytes behind and serves no reads".formatted(replica.id(), state.lagMillis(),
						state.lagBytes());
			});
			steps.run("12 reads meanwhile", this::spread);
		}
		finally {
			replica.resumeReplay();
		}
		steps.run("Replay goes on", () -> {
			Until.holds("the replica has caught up", () -> state(replica).servesReads());
			return replica.id() + " serves reads again";
		});
	}

	private void lose(Steps steps, EmbeddedCluster embedded, EmbeddedNode replica) throws Exception {
		replica.kill();
		try {
			steps.run(LOSS, this::spread);
		}
		finally {
			embedded.rejoin(replica.id());
		}
		steps.run("It is started again", () -> {
			Until.replicasServe(this.dataSource);
			return replica.id() + " serves reads again";
		});
	}

	/**
	 * Reads, and counts which node answered.
	 */
	private Map<String, Integer> spread() throws Exception {
		Map<String, Integer> answers = new TreeMap<>();
		for (int i = 0; i < READS; i++) {
			answers.merge(last(this.routes.of(this.notes::count)).node().id(), 1, Integer::sum);
		}
		return answers;
	}

	private Map<String, String> preferences() throws Exception {
		Map<String, String> answers = new LinkedHashMap<>();
		for (ReadPreference preference : ReadPreference.values()) {
			Route route = last(this.routes.of(() -> ReadRouting.with(preference, this.notes::count)));
			answers.put(preference.name(), route.node().id() + ", " + route.reason().tag());
		}
		return answers;
	}

	/**
	 * A read that was repeated has taken several routes; the last one answered.
	 */
	private static Route last(List<Route> routes) {
		return routes.get(routes.size() - 1);
	}

	private NodeState state(EmbeddedNode node) {
		return this.dataSource.topology().node(node.id());
	}

}
