package io.nexs.sample.example.failover;

import java.util.List;
import java.util.UUID;

import io.nexs.postgres.cluster.NodeState;
import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.failover.FailoverRecord;
import io.nexs.postgres.routing.RoutingDataSource;
import io.nexs.sample.example.Example;
import io.nexs.sample.example.Steps;
import io.nexs.sample.example.Until;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Kills the primary while threads write, and counts what is found afterwards.
 */
@Component
class FailoverExample implements Example {

	private static final int WRITERS = 4;

	private static final int CALLS = 100;

	private final Bookings bookings;

	private final FailoverManager failover;

	private final RoutingDataSource dataSource;

	private final ObjectProvider<EmbeddedCluster> cluster;

	FailoverExample(Bookings bookings, FailoverManager failover, RoutingDataSource dataSource,
			ObjectProvider<EmbeddedCluster> cluster) {
		this.bookings = bookings;
		this.failover = failover;
		this.dataSource = dataSource;
		this.cluster = cluster;
	}

	@Override
	public String name() {
		return "failover";
	}

	@Override
	public String shows() {
		return "the primary is killed while four threads write; every acknowledged write is found once";
	}

	@Override
	public void run(Steps steps) throws Exception {
		EmbeddedCluster embedded = this.cluster.getIfAvailable();
		if (embedded == null) {
			steps.skip("The primary is killed", "only on the embedded cluster, which an application without"
					+ " nexs.db.dsn gets; servers of your own are not touched");
			return;
		}
		Until.replicasServe(this.dataSource);
		this.bookings.clear();
		EmbeddedNode primary = embedded.primary();
		try {
			write(steps, primary);
			steps.run("Where the time went",
					() -> this.failover.statistics()
						.history()
						.stream()
						.filter((loss) -> loss.from().equals(primary.id()))
						.findFirst()
						.map(FailoverRecord::describe)
						.orElse("no loss was seen"));
			steps.run("The former primary comes back as a replica", () -> {
				embedded.rejoin(primary.id());
				Until.replicasServe(this.dataSource);
				return primary.id() + " follows " + embedded.primary().id();
			});
		}
		finally {
			this.bookings.clear();
		}
	}

	private void write(Steps steps, EmbeddedNode primary) throws Exception {
		Writers writers = new Writers(this.bookings, WRITERS);
		try {
			steps.run("Four threads write", () -> acknowledged(writers, CALLS));
			steps.run("The primary is killed", () -> {
				primary.kill();
				return "killed " + primary.id();
			});
			steps.run("They go on when another node was promoted", () -> {
				Until.holds("another node is the primary", () -> {
					NodeState successor = this.dataSource.topology().primary();
					return successor != null && !successor.id().equals(primary.id());
				});
				return acknowledged(writers, writers.acknowledged().size() + CALLS);
			});
		}
		finally {
			writers.end();
		}
		steps.run("What is found of what was acknowledged", () -> tally(writers));
	}

	private static String acknowledged(Writers writers, int calls) {
		Until.holds(calls + " calls have returned", () -> writers.acknowledged().size() >= calls);
		return writers.acknowledged().size() + " calls have returned, " + writers.failed() + " failed";
	}

	private Tally tally(Writers writers) {
		List<UUID> acknowledged = writers.acknowledged();
		return new Tally(acknowledged.size(), this.bookings.found(acknowledged), this.bookings.twice(),
				writers.failed(), writers.longest().toMillis());
	}

}
