package io.nexs.postgres.starter.frameworks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookRegistration;
import io.nexs.postgres.hook.HookRegistry;
import io.nexs.postgres.hook.HookVetoException;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Hooks are called once for each operation, whatever framework it comes from and whatever
 * becomes of it.
 */
abstract class HookContract extends FailureContract {

	/**
	 * What the hook saw while something was done, but for physical connections.
	 */
	private List<String> seen(Recorder recorder, Runnable work) {
		HookRegistration registration = bean(HookRegistry.class).add("recorder", recorder, 0);
		try {
			work.run();
		}
		finally {
			registration.remove();
		}
		return recorder.calls.stream().filter((call) -> !call.contains(" connection-")).toList();
	}

	private static List<String> twice(String... points) {
		List<String> calls = new ArrayList<>();
		for (String point : points) {
			calls.add("before " + point);
			calls.add("after " + point);
		}
		return calls;
	}

	@Test
	void writeWhenHookedIsToldOnce() {
		long id = newId();
		List<String> seen = seen(new Recorder(), () -> transactions().write(() -> {
			work().insert(id);
			return null;
		}));
		assertThat(seen).containsExactlyElementsOf(twice("acquire", "begin", "insert", "commit", "release"));
		assertThat(committed(id)).isOne();
	}

	@Test
	void readWhenHookedIsToldOnce() {
		List<String> seen = seen(new Recorder(), () -> transactions().read(() -> work().count(1)));
		assertThat(seen).containsExactlyElementsOf(twice("acquire", "begin", "select", "commit", "release"));
	}

	/**
	 * How many rows the driver does not say, as it made one statement of the batch.
	 */
	@Test
	void batchWhenHookedIsToldOnceWithItsEntries() {
		long first = newId();
		long second = newId();
		List<String> batches = new ArrayList<>();
		Recorder recorder = new Recorder();
		recorder.after = (context) -> {
			if (context.point() == HookPoint.BATCH) {
				batches.add(context.batchSize() + " entries, rows " + context.rows());
			}
		};
		List<String> seen = seen(recorder, () -> transactions().write(() -> {
			work().insertBatch(first, second);
			return null;
		}));
		assertThat(seen).containsExactlyElementsOf(twice("acquire", "begin", "insert", "commit", "release"));
		assertThat(batches).containsExactly("2 entries, rows -1");
		assertThat(committed(first) + committed(second)).isEqualTo(2);
	}

	@Test
	void batchWhenItFailsIsToldOnceAndSoIsItsError() {
		long id = newId();
		long taken = newId();
		transactions().write(() -> inserted(taken));
		List<String> seen = seen(new Recorder(), () -> catchThrowable(() -> transactions().write(() -> {
			work().insertBatch(id, taken);
			return null;
		})));
		List<String> expected = twice("acquire", "begin", "insert");
		expected.add("failed insert");
		expected.addAll(twice("rollback", "release"));
		assertThat(seen).containsExactlyElementsOf(expected);
		assertThat(committed(id)).isZero();
	}

	@Test
	void statementWhenItFailsIsToldOnceAndSoIsItsError() {
		long id = newId();
		transactions().write(() -> inserted(id));
		List<String> seen = seen(new Recorder(), () -> catchThrowable(() -> transactions().write(() -> {
			work().insert(id);
			return null;
		})));
		List<String> expected = twice("acquire", "begin", "insert");
		expected.add("failed insert");
		expected.addAll(twice("rollback", "release"));
		assertThat(seen).containsExactlyElementsOf(expected);
	}

	@Test
	void statementWhenAHookRefusesItIsNotSaidAndItsCallerIsToldWhich() {
		long id = newId();
		refused(() -> work().insert(id));
		assertThat(committed(id)).isZero();
	}

	@Test
	void batchWhenAHookRefusesItIsNotSaidAndItsCallerIsToldWhich() {
		long first = newId();
		long second = newId();
		refused(() -> work().insertBatch(first, second));
		assertThat(committed(first) + committed(second)).isZero();
	}

	private void refused(Runnable insert) {
		Recorder recorder = new Recorder();
		recorder.before = (context) -> {
			if (context.point().isStatement()) {
				throw new HookVetoException("on purpose");
			}
		};
		List<Throwable> thrown = new ArrayList<>();
		List<String> seen = seen(recorder, () -> thrown.add(catchThrowable(() -> transactions().write(() -> {
			insert.run();
			return null;
		}))));
		assertThat(thrown.get(0)).isInstanceOf(DataAccessException.class)
			.hasMessageContaining("Hook 'recorder' refused")
			.hasMessageContaining("on purpose");
		List<String> expected = twice("acquire", "begin");
		expected.addAll(List.of("before insert", "failed insert"));
		expected.addAll(twice("rollback", "release"));
		assertThat(seen).containsExactlyElementsOf(expected);
	}

	@Test
	void commitWhenAHookRefusesItIsNotSaidAndItsCallerIsToldWhich() {
		long id = newId();
		Recorder recorder = new Recorder();
		recorder.before = (context) -> {
			if (context.point() == HookPoint.COMMIT) {
				throw new HookVetoException("on purpose");
			}
		};
		List<Throwable> thrown = new ArrayList<>();
		seen(recorder, () -> thrown.add(catchThrowable(() -> transactions().write(() -> {
			work().insert(id);
			return null;
		}))));
		assertThat(thrown.get(0)).isInstanceOf(HookVetoException.class)
			.hasMessageContaining("Hook 'recorder' refused commit on node-")
			.hasMessageContaining("on purpose");
		assertThat(committed(id)).isZero();
	}

	@Test
	void operationWhenAHookFailsAfterItIsNotTouched() {
		long id = newId();
		Recorder recorder = new Recorder();
		recorder.after = (context) -> {
			throw new IllegalStateException("on purpose");
		};
		List<String> seen = seen(recorder, () -> transactions().write(() -> {
			work().insert(id);
			return null;
		}));
		assertThat(seen).containsExactlyElementsOf(twice("acquire", "begin", "insert", "commit", "release"));
		assertThat(committed(id)).isOne();
	}

	/**
	 * Writes down each call; a statement by its first word.
	 */
	private static final class Recorder implements DatabaseHook {

		private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

		private Consumer<HookContext> before = (context) -> {
		};

		private Consumer<HookContext> after = (context) -> {
		};

		@Override
		public void before(HookContext context) {
			note("before", context);
			this.before.accept(context);
		}

		@Override
		public void after(HookContext context) {
			note("after", context);
			this.after.accept(context);
		}

		@Override
		public void failed(HookContext context) {
			note("failed", context);
		}

		private void note(String method, HookContext context) {
			String sql = context.sql();
			this.calls.add(method + " " + ((sql != null && context.point() != HookPoint.COPY)
					? sql.strip().split("\\W")[0].toLowerCase(Locale.ROOT) : context.point().tag()));
		}

	}

}
