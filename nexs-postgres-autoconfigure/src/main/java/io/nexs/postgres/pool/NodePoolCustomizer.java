package io.nexs.postgres.pool;

import com.zaxxer.hikari.HikariConfig;
import io.nexs.postgres.cluster.Node;

/**
 * Changes the settings of the pool of a node before it is made. Beans of this type are
 * called in their order, each once for every node, after {@code nexs.db.pool} and
 * {@code nexs.db.pool.hikari} have been applied; what they set wins.
 */
@FunctionalInterface
public interface NodePoolCustomizer {

	/**
	 * Changes the settings. The data source and the exception override have to stay as
	 * they are.
	 * @param node the node
	 * @param config the settings of its pool
	 */
	void customize(Node node, HikariConfig config);

}
