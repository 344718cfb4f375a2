package io.nexs.postgres.slowquery;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.masking.NormalizedSql;
import io.nexs.postgres.masking.OperationSummary;
import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;
import io.nexs.postgres.pool.NodePools;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;

/**
 * Counts statements that took longer than a threshold, logs them to {@code nexs.slow}
 * without their literals, and publishes {@link SlowQueryEvent}s. Plans are asked for
 * after the statement, on another connection to the same node and on the thread
 * {@code nexs-db-slow-query}, which also publishes; what comes while 128 wait for it is
 * logged and counted, but neither explained nor published. Thread-safe.
 */
public final class SlowQueryHook implements DatabaseHook, Ordered, AutoCloseable {

	/**
	 * The name of the hook.
	 */
	public static final String NAME = "slow-query";

	/**
	 * The name of the logger.
	 */
	public static final String LOGGER = "nexs.slow";

	private static final Logger logger = LoggerFactory.getLogger(LOGGER);

	private static final int WAITING = 128;

	private final SlowQuerySettings settings;

	private final long thresholdNanos;

	private final SqlTexts texts;

	private final @Nullable ParameterMasker masker;

	private final Consumer<SlowQueryEvent> listener;

	private final @Nullable Explainer explainer;

	private final ExplainBudget budget;

	private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

	private final ThreadPoolExecutor worker = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(WAITING), SlowQueryHook::thread, new ThreadPoolExecutor.DiscardPolicy());

	/**
	 * Creates the hook.
	 * @param settings its settings
	 * @param texts normalizes statements
	 * @param masker masks parameters
	 * @param pools lend connections for EXPLAIN
	 * @param listener told of each slow statement, on a thread of the hook
	 */
	public SlowQueryHook(SlowQuerySettings settings, SqlTexts texts, ParameterMasker masker, NodePools pools,
			Consumer<SlowQueryEvent> listener) {
		this.settings = settings;
		this.thresholdNanos = settings.threshold().toNanos();
		this.texts = texts;
		this.masker = settings.parameters() ? masker : null;
		this.listener = listener;
		this.explainer = (settings.explain() != ExplainMode.OFF) ? new Explainer(pools, settings.explainTimeout())
				: null;
		this.budget = new ExplainBudget(settings, System::nanoTime);
		this.worker.allowCoreThreadTimeOut(true);
	}

	private static Thread thread(Runnable work) {
		Thread thread = new Thread(work, "nexs-db-slow-query");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 200;
	}

	@Override
	public Set<HookPoint> points() {
		return EnumSet.of(HookPoint.QUERY, HookPoint.EXEC, HookPoint.BATCH, HookPoint.COPY);
	}

	@Override
	public boolean needsParameters() {
		return this.masker != null || this.explainer != null;
	}

	@Override
	public void after(HookContext context) {
		if (context.durationNanos() >= this.thresholdNanos) {
			slow(context);
		}
	}

	private void slow(HookContext context) {
		String node = context.node();
		if (node != null) {
			this.counts.computeIfAbsent(node, (id) -> new LongAdder()).increment();
		}
		OperationSummary summary = OperationSummary.of(context, this.texts, this.masker);
		summary.addTo(logger.atWarn()).log(summary.line());
		ExplainRequest request = request(context);
		Instant at = Instant.now();
		this.worker.execute(() -> publish(at, summary, request));
	}

	/**
	 * Only single queries and changes have a plan.
	 */
	private @Nullable ExplainRequest request(HookContext context) {
		String sql = context.sql();
		String node = context.node();
		if (this.explainer == null || sql == null || node == null || context.point() == HookPoint.COPY) {
			return null;
		}
		NormalizedSql normalized = this.texts.of(sql);
		boolean explainable = switch (normalized.command()) {
			case "select", "with", "insert", "update", "delete", "merge", "values", "table" -> true;
			default -> false;
		};
		boolean single = context.texts().size() == 1 && SqlTexts.statements(sql).size() == 1;
		if (!explainable || !single || !this.budget.take(normalized.text())) {
			return null;
		}
		boolean mayExecute = this.settings.explain() == ExplainMode.ANALYZE && context.point() == HookPoint.QUERY
				&& !normalized.isWrite();
		return new ExplainRequest(node, sql, List.copyOf(context.parameters()), mayExecute);
	}

	private void publish(Instant at, OperationSummary summary, @Nullable ExplainRequest request) {
		String plan = (request != null && this.explainer != null) ? this.explainer.explain(request) : null;
		if (plan != null) {
			summary.addTo(logger.atWarn()).addKeyValue("db.plan", plan).log("Plan of {}\n{}", summary.sql(), plan);
		}
		try {
			this.listener.accept(new SlowQueryEvent(at, summary, plan));
		}
		catch (RuntimeException ex) {
			logger.warn("A listener for slow statements failed", ex);
		}
	}

	/**
	 * How many statements were slow.
	 * @param node id of the node
	 * @return the number since the start
	 */
	public long count(String node) {
		LongAdder count = this.counts.get(node);
		return (count != null) ? count.sum() : 0;
	}

	/**
	 * Ends the thread without waiting for plans.
	 */
	@Override
	public void close() {
		this.worker.shutdownNow();
	}

}
