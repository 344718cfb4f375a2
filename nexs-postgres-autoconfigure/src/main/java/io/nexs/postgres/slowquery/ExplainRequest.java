package io.nexs.postgres.slowquery;

import java.util.List;

import io.nexs.postgres.hook.HookParameter;

/**
 * A statement whose plan is asked for. Without a text form, since it has data of users.
 *
 * @param node id of the node it was slow on
 * @param sql the statement as it was given
 * @param parameters its parameters
 * @param mayExecute whether it may be executed again
 */
record ExplainRequest(String node, String sql, List<HookParameter> parameters, boolean mayExecute) {

	@Override
	public String toString() {
		return "ExplainRequest[" + this.node + "]";
	}

}
