package io.nexs.postgres.routing;

import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.nexs.postgres.hook.HookParameter;
import org.jspecify.annotations.Nullable;

/**
 * A statement that writes down what is bound to it, so that hooks can see parameters that
 * are remembered as calls only. Not thread-safe.
 */
final class ParameterNotes implements InvocationHandler {

	private final CallableStatement statement = (CallableStatement) Proxy
		.newProxyInstance(ParameterNotes.class.getClassLoader(), new Class<?>[] { CallableStatement.class }, this);

	private final List<List<HookParameter>> entries = new ArrayList<>();

	private final Map<Integer, HookParameter> entry = new TreeMap<>();

	CallableStatement statement() {
		return this.statement;
	}

	/**
	 * What was bound, one list for each entry that was added to the batch.
	 */
	List<List<HookParameter>> entries() {
		return List.copyOf(this.entries);
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
		String name = method.getName();
		if (name.equals("addBatch")) {
			this.entries.add(taken());
		}
		else if (name.startsWith("set") && arguments != null && arguments.length > 1
				&& arguments[0] instanceof Integer index) {
			this.entry.put(index, parameter(index, name, arguments[1]));
		}
		return null;
	}

	private static HookParameter parameter(int index, String setter, @Nullable Object value) {
		if (setter.equals("setNull")) {
			return new HookParameter(index, "null", null, true);
		}
		if (value instanceof InputStream || value instanceof Reader) {
			return new HookParameter(index, setter.substring("set".length()), null, false);
		}
		return new HookParameter(index, (value != null) ? value.getClass().getSimpleName() : "null", value, true);
	}

	/**
	 * The entry without gaps: a parameter that can be sent once only is not remembered.
	 */
	private List<HookParameter> taken() {
		List<HookParameter> parameters = new ArrayList<>();
		this.entry.values().forEach((parameter) -> {
			while (parameters.size() + 1 < parameter.index()) {
				parameters.add(new HookParameter(parameters.size() + 1, "unknown", null, false));
			}
			parameters.add(parameter);
		});
		this.entry.clear();
		return List.copyOf(parameters);
	}

}
