package io.nexs.sample.demo;

import org.jspecify.annotations.Nullable;

/**
 * An operation on the cluster.
 *
 * @param operation its name, as in the path of the request
 * @param node the node it is done to, {@code null} for one on the whole cluster
 * @param refusal why it cannot be done now, {@code null} when it can
 */
public record DemoChoice(String operation, @Nullable String node, @Nullable String refusal) {

}
