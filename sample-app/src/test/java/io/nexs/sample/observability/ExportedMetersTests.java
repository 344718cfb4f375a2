package io.nexs.sample.observability;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.nexs.postgres.embedded.EmbeddedNode;
import io.nexs.postgres.failover.FailoverManager;
import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.sample.AbstractSampleTests;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What dashboard and alerts ask for is exported by the application, once what is counted
 * has happened.
 */
class ExportedMetersTests extends AbstractSampleTests {

	/**
	 * Added by Prometheus when it asks.
	 */
	private static final Set<String> OF_THE_TARGET = Set.of("job", "instance");

	private static final Pattern SERIES = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? \\S+$");

	@Autowired
	private FailoverManager failover;

	@Autowired
	private HookRegistry hooks;

	private HookRegistration hook;

	@BeforeEach
	void letThingsHappen() throws Exception {
		awaitHealthy();
		this.hook = this.hooks.add("exported-meters", new Asynchronous(), 0);
		post("/orders", order("ada", "book"));
		get("/test/server/fail");
		readFromThePrimary();
		loseConnections();
		assertThat(exported()).isNotEmpty();
	}

	@AfterEach
	void removeHook() throws Exception {
		this.hook.remove();
		heal();
	}

	private void readFromThePrimary() {
		List<String> replicas = this.cluster.replicas().stream().map(EmbeddedNode::id).toList();
		replicas.forEach(this.failover::maintenance);
		assertThat(get("/orders?customer=ada").route()).isEqualTo("fallback-to-primary");
		replicas.forEach(this.failover::resume);
		awaitHealthy();
	}

	private void loseConnections() {
		Awaitility.await().atMost(LIMIT).until(() -> {
			for (EmbeddedNode replica : this.cluster.replicas()) {
				ask(replica, "select count(pg_terminate_backend(pid)) from pg_stat_activity"
						+ " where backend_type = 'client backend' and pid <> pg_backend_pid()");
			}
			get("/orders?customer=ada");
			return exported().containsKey("nexs_db_repeats_total");
		});
	}

	@Test
	void everyMetricOfDashboardAndAlertsIsExportedWithItsLabels() throws Exception {
		Map<String, Set<String>> exported = exported();
		List<PromQl.Selector> selectors = selectors();
		assertThat(selectors).hasSizeGreaterThan(60).allSatisfy((selector) -> {
			assertThat(exported).containsKey(selector.metric());
			assertThat(selector.labels()).as(selector.metric())
				.isSubsetOf(with(exported.get(selector.metric()), OF_THE_TARGET));
		});
	}

	@Test
	void labelsOfGroupsAreThoseOfSomeMetricInTheExpression() throws Exception {
		Map<String, Set<String>> exported = exported();
		for (String expression : expressions()) {
			PromQl parsed = PromQl.parse(expression);
			Set<String> known = new HashSet<>(OF_THE_TARGET);
			parsed.selectors().forEach((selector) -> known.addAll(exported.getOrDefault(selector.metric(), Set.of())));
			assertThat(parsed.grouped()).as(expression).isSubsetOf(known);
		}
	}

	@Test
	void valuesThatAreAskedForAreExported() throws Exception {
		String meters = meters();
		assertThat(meters).contains("nexs_db_failovers_total{result=\"changed\"}", "role=\"primary\"} 1.0")
			.containsPattern("nexs_db_node_status\\{node=\"node-1\",status=\"maintenance\"}")
			.containsPattern("nexs_db_node_status\\{node=\"node-1\",status=\"fenced\"}")
			.containsPattern("nexs_db_fallbacks_total\\{node=\"[a-z0-9-]+\",reason=\"fallback-to-primary\"}")
			.containsPattern("nexs_db_routes_total\\{node=\"[a-z0-9-]+\",reason=\"read-only\"}")
			.containsPattern("nexs_db_failover_state\\{state=\"failed\"}")
			.containsPattern("nexs_db_failover_state\\{state=\"recovering\"}");
	}

	private static List<PromQl.Selector> selectors() throws Exception {
		return expressions().stream().flatMap((expression) -> PromQl.parse(expression).selectors().stream()).toList();
	}

	private static List<String> expressions() throws Exception {
		List<String> expressions = new ArrayList<>(Observed.expressionsOfTheDashboard());
		Observed.alerts().forEach((alert) -> expressions.add(alert.expression()));
		return expressions;
	}

	private static Set<String> with(Set<String> some, Set<String> more) {
		Set<String> all = new HashSet<>(some);
		all.addAll(more);
		return all;
	}

	/**
	 * Names of all series and the names of their labels.
	 */
	private Map<String, Set<String>> exported() {
		Map<String, Set<String>> exported = new HashMap<>();
		Matcher series = SERIES.matcher(meters());
		while (series.find()) {
			Set<String> labels = exported.computeIfAbsent(series.group(1), (any) -> new HashSet<>());
			if (series.group(2) != null) {
				Matcher label = Pattern.compile("([a-z_]+)=\"").matcher(series.group(2));
				while (label.find()) {
					labels.add(label.group(1));
				}
			}
		}
		return exported;
	}

	private String meters() {
		return new String(get("/actuator/prometheus").body(), StandardCharsets.UTF_8);
	}

	/**
	 * Does nothing, later.
	 */
	private static final class Asynchronous implements DatabaseHook {

		@Override
		public boolean isAsync() {
			return true;
		}

	}

}
