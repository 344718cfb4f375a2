package io.nexs.sample.example;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;

import org.springframework.stereotype.Component;

/**
 * All examples, of which one runs at a time, on a thread of its own: in the thread of a
 * request, open session in view would hold one connection handle for all its steps.
 * Thread-safe.
 */
@Component
class Examples {

	private final List<Example> all;

	private final Routes routes;

	private final ReentrantLock running = new ReentrantLock();

	Examples(List<Example> all, Routes routes) {
		this.all = all;
		this.routes = routes;
	}

	List<Example> all() {
		return this.all;
	}

	/**
	 * Runs an example.
	 * @param name its name
	 * @return what happened
	 * @throws NoSuchElementException if there is no such example
	 * @throws IllegalStateException if an example is running, or a step did not end as it
	 * should
	 */
	ExampleRun run(String name) throws Exception {
		Example example = this.all.stream()
			.filter((candidate) -> candidate.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new NoSuchElementException(
					"No example '" + name + "', there are " + this.all.stream().map(Example::name).sorted().toList()));
		FutureTask<ExampleRun> task = new FutureTask<>(() -> run(example));
		Thread thread = new Thread(task, "example-" + name);
		thread.setDaemon(true);
		thread.start();
		try {
			return task.get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

	private ExampleRun run(Example example) throws Exception {
		if (!this.running.tryLock()) {
			throw new IllegalStateException("An example is running; try again when it has ended");
		}
		try {
			Steps steps = new Steps(this.routes);
			example.run(steps);
			return new ExampleRun(example.name(), steps.done());
		}
		finally {
			this.running.unlock();
		}
	}

}
