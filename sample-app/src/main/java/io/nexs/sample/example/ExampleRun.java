package io.nexs.sample.example;

import java.util.List;

/**
 * One run of an example.
 *
 * @param example its name
 * @param steps what happened
 */
public record ExampleRun(String example, List<Step> steps) {

	/**
	 * The run for people.
	 * @return a paragraph for each step
	 */
	public String describe() {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < this.steps.size(); i++) {
			Step step = this.steps.get(i);
			text.append("%n%3d. %s (%d ms)%n".formatted(i + 1, step.step(), step.millis()));
			text.append("     ").append(step.result()).append("%n".formatted());
			if (!step.routes().isEmpty()) {
				text.append("     by ").append(String.join("; ", step.routes())).append("%n".formatted());
			}
		}
		return text.toString();
	}

}
