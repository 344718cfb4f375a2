package io.nexs.postgres.audit;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookVetoException;
import io.nexs.postgres.masking.OperationSummary;
import io.nexs.postgres.masking.ParameterMasker;
import io.nexs.postgres.masking.SqlTexts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;

/**
 * Records changes. Sinks are told of every one after it, the table is written in the same
 * transaction. Called last before an operation, so that nothing is written ahead of one
 * that another hook refuses. Not to be made asynchronous. Thread-safe.
 */
public final class AuditHook implements DatabaseHook, Ordered {

	/**
	 * The name of the hook.
	 */
	public static final String NAME = "audit";

	private static final Logger logger = LoggerFactory.getLogger(AuditHook.class);

	private final AuditSettings settings;

	private final SqlTexts texts;

	private final @Nullable ParameterMasker masker;

	private final AuditUser user;

	private final List<AuditSink> sinks;

	private final @Nullable AuditJournal journal;

	/**
	 * Creates the hook.
	 * @param settings its settings
	 * @param texts normalizes statements
	 * @param masker masks parameters
	 * @param user tells who is at work
	 * @param sinks are told of every change
	 */
	public AuditHook(AuditSettings settings, SqlTexts texts, ParameterMasker masker, AuditUser user,
			List<AuditSink> sinks) {
		this.settings = settings;
		this.texts = texts;
		this.masker = settings.parameters() ? masker : null;
		this.user = user;
		this.sinks = List.copyOf(sinks);
		this.journal = (settings.table() != null) ? new AuditJournal(settings.table()) : null;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 100;
	}

	/**
	 * Changes come at {@link HookPoint#QUERY} too: {@code insert ... returning}.
	 */
	@Override
	public Set<HookPoint> points() {
		Set<HookPoint> points = EnumSet.of(HookPoint.ERROR, HookPoint.QUERY);
		points.addAll(this.settings.points());
		if (this.journal != null) {
			points.addAll(EnumSet.of(HookPoint.COMMIT, HookPoint.ROLLBACK, HookPoint.RELEASE));
		}
		return points;
	}

	@Override
	public void before(HookContext context) {
		if (this.journal == null) {
			return;
		}
		if (context.point() == HookPoint.COMMIT) {
			this.journal.beforeCommit(context);
		}
		else if (isAudited(context) && this.journal.isWritable(context)) {
			this.journal.before(context, record(context, AuditOutcome.BEGUN));
		}
	}

	@Override
	public void after(HookContext context) {
		HookPoint point = context.point();
		if (this.journal != null && (point == HookPoint.ROLLBACK || point == HookPoint.RELEASE)) {
			this.journal.forget(context);
		}
		else if (isAudited(context)) {
			AuditRecord record = record(context, outcome(context));
			if (this.journal != null && this.journal.isWritable(context)) {
				this.journal.after(context, record);
			}
			if (record.outcome() == AuditOutcome.SUCCESS) {
				tell(record);
			}
		}
	}

	/**
	 * Comes also for what was refused before this hook was called.
	 */
	@Override
	public void failed(HookContext context) {
		if (isAudited(context)) {
			tell(record(context, outcome(context)));
		}
	}

	private boolean isAudited(HookContext context) {
		HookPoint point = context.point();
		boolean read = this.settings.points().contains(HookPoint.QUERY) && point == HookPoint.QUERY;
		boolean change = this.settings.points().contains((point == HookPoint.QUERY) ? HookPoint.EXEC : point)
				&& (point.isStatement() || point == HookPoint.COPY);
		return read || (change && isChange(context));
	}

	private boolean isChange(HookContext context) {
		for (String text : context.texts()) {
			if (this.texts.of(text).isWrite()) {
				return true;
			}
		}
		return false;
	}

	private static AuditOutcome outcome(HookContext context) {
		if (context.failure() == null) {
			return AuditOutcome.SUCCESS;
		}
		return (context.failure() instanceof HookVetoException) ? AuditOutcome.REFUSED : AuditOutcome.FAILURE;
	}

	private AuditRecord record(HookContext context, AuditOutcome outcome) {
		return new AuditRecord(Instant.now(), currentUser(), context.tenant(), outcome,
				OperationSummary.of(context, this.texts, this.masker));
	}

	private @Nullable String currentUser() {
		try {
			return this.user.current();
		}
		catch (RuntimeException ex) {
			logger.debug("Who is at work is not known", ex);
			return null;
		}
	}

	/**
	 * A sink that fails keeps no other from being told.
	 */
	private void tell(AuditRecord record) {
		RuntimeException failure = null;
		for (AuditSink sink : this.sinks) {
			try {
				sink.record(record);
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

}
