package io.nexs.sample.example;

import java.util.List;
import java.util.NoSuchElementException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lists the examples and runs them.
 */
@RestController
@RequestMapping("/examples")
class ExampleController {

	private final Examples examples;

	ExampleController(Examples examples) {
		this.examples = examples;
	}

	@GetMapping
	List<Entry> list() {
		return this.examples.all()
			.stream()
			.map((example) -> new Entry(example.name(), example.shows(), "docs/examples/" + example.name() + ".md"))
			.toList();
	}

	@PostMapping("/{name}")
	ExampleRun run(@PathVariable String name) throws Exception {
		return this.examples.run(name);
	}

	@ExceptionHandler
	ProblemDetail unknown(NoSuchElementException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail notNow(IllegalStateException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, ex.getMessage());
	}

	/**
	 * An example in the list.
	 *
	 * @param name its name
	 * @param shows what it shows
	 * @param page where it is explained
	 */
	record Entry(String name, String shows, String page) {

	}

}
