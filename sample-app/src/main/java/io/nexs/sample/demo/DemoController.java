package io.nexs.sample.demo;

import java.util.NoSuchElementException;

import io.nexs.postgres.embedded.EmbeddedCluster;
import io.nexs.postgres.embedded.EmbeddedNode;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * Lets things happen to the embedded cluster. None of it tells the application: it finds
 * out by itself, as it would with any other cluster.
 */
@RequestMapping("/demo")
class DemoController {

	private final EmbeddedCluster cluster;

	DemoController(EmbeddedCluster cluster) {
		this.cluster = cluster;
	}

	@PostMapping("/kill-primary")
	ClusterView killPrimary() {
		EmbeddedNode primary = this.cluster.primary();
		primary.kill();
		return view("killed the primary " + primary.id());
	}

	@PostMapping("/freeze-primary")
	ClusterView freezePrimary() {
		EmbeddedNode primary = this.cluster.primary();
		primary.freeze();
		return view("froze the primary " + primary.id());
	}

	@PostMapping("/switchover")
	ClusterView switchover() {
		EmbeddedNode candidate = this.cluster.replicas()
			.stream()
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No replica could take over"));
		this.cluster.switchover(candidate.id());
		return view("switched over to " + candidate.id());
	}

	@PostMapping("/promote/{node}")
	ClusterView promote(@PathVariable String node) {
		this.cluster.promote(node);
		return view("promoted " + node);
	}

	@PostMapping("/kill/{node}")
	ClusterView kill(@PathVariable String node) {
		running(node).kill();
		return view("killed " + node);
	}

	@PostMapping("/thaw/{node}")
	ClusterView thaw(@PathVariable String node) {
		EmbeddedNode frozen = running(node);
		if (!frozen.isFrozen()) {
			throw new IllegalStateException(node + " is not frozen");
		}
		frozen.thaw();
		return view("thawed " + node);
	}

	@PostMapping("/rejoin/{node}")
	ClusterView rejoin(@PathVariable String node) {
		this.cluster.rejoin(node);
		return view(node + " follows " + this.cluster.primary().id());
	}

	@PostMapping("/pause-replay/{node}")
	ClusterView pauseReplay(@PathVariable String node) {
		running(node).pauseReplay();
		return view("paused replay on " + node);
	}

	@PostMapping("/resume-replay/{node}")
	ClusterView resumeReplay(@PathVariable String node) {
		running(node).resumeReplay();
		return view("resumed replay on " + node);
	}

	@ExceptionHandler
	ProblemDetail unknownNode(NoSuchElementException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail impossible(IllegalStateException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, ex.getMessage());
	}

	private EmbeddedNode running(String id) {
		EmbeddedNode node = this.cluster.node(id);
		if (!node.isRunning()) {
			throw new IllegalStateException(id + " is not running");
		}
		return node;
	}

	private ClusterView view(String done) {
		return ClusterView.of(done, this.cluster);
	}

}
