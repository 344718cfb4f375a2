package io.nexs.sample.example;

import java.util.List;

/**
 * What happened in one step of an example.
 *
 * @param step what was done
 * @param result what came of it
 * @param routes node, role and reason of each route that the step's thread took
 * @param millis time it took, in milliseconds
 */
public record Step(String step, Object result, List<String> routes, long millis) {

}
