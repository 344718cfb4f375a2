package io.nexs.postgres.server;

/**
 * Is told of figures, on the thread that read them. Must not block.
 */
public interface ServerListener {

	/**
	 * A server has answered.
	 * @param figures what it said
	 */
	void read(ServerFigures figures);

	/**
	 * A server has not answered, or nobody asks any more: nothing is known of it.
	 * @param node id of the node
	 */
	void lost(String node);

}
