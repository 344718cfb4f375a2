package io.nexs.sample.observability;

import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PromQlTests {

	@Test
	void metricsAreFoundAmongEverythingElse() {
		PromQl parsed = PromQl
			.parse("""
					histogram_quantile(0.95, sum by (role, le) (rate(a_bucket{job=~"x{y}", node!="z"}[5m]))) > 1e3
					unless on (node) max without (job) (b_total offset 5m) / on (node) group_left c == bool 14 * 86400 or vector(0)
					""");
		assertThat(parsed.selectors()).containsExactly(new PromQl.Selector("a_bucket", Set.of("job", "node")),
				new PromQl.Selector("b_total", Set.of()), new PromQl.Selector("c", Set.of()));
		assertThat(parsed.grouped()).containsExactlyInAnyOrder("role", "le", "node", "job");
	}

	@Test
	void groupingAfterTheArgumentsIsNoMetric() {
		PromQl parsed = PromQl.parse("sum(rate(a{b=\"c\"}[$__rate_interval])) by (d) + min(e) - f");
		assertThat(parsed.selectors()).extracting(PromQl.Selector::metric).containsExactly("a", "e", "f");
		assertThat(parsed.grouped()).containsExactly("d");
	}

}
