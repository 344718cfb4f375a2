package io.nexs.postgres.validation;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookVetoException;
import io.nexs.postgres.masking.SqlTexts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;
import org.springframework.util.ConcurrentLruCache;

/**
 * Warns of statements that break a rule, or refuses them. What is found is remembered by
 * the text and, for texts that differ in their literals, by the text without them. Needs
 * JSqlParser. Logs to {@code nexs.validation}, without literals. Thread-safe.
 */
public final class ValidationHook implements DatabaseHook, Ordered, AutoCloseable {

	/**
	 * The name of the hook.
	 */
	public static final String NAME = "validation";

	/**
	 * The name of the logger.
	 */
	public static final String LOGGER = "nexs.validation";

	private static final Logger logger = LoggerFactory.getLogger(LOGGER);

	private static final int REMEMBERED = 1024;

	private static final int LONGEST_REMEMBERED = 8192;

	private final ValidationSettings settings;

	private final SqlTexts texts;

	private final BoundedParser parser;

	private final RepeatCounter repeats;

	private final ConcurrentLruCache<String, Set<ValidationRule>> byText;

	private final ConcurrentLruCache<String, Set<ValidationRule>> byStatement;

	private final Set<String> warned = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > REMEMBERED;
		}

	}));

	/**
	 * Creates the hook, and has the parser's classes loaded.
	 * @param settings its settings
	 * @param texts normalizes statements
	 */
	public ValidationHook(ValidationSettings settings, SqlTexts texts) {
		this.settings = settings;
		this.texts = texts;
		this.parser = new BoundedParser(settings.timeout());
		this.repeats = new RepeatCounter(settings.repeats());
		StatementJudge judge = new StatementJudge(this.parser,
				settings.action(ValidationRule.LITERAL_IN_WHERE) != ValidationAction.OFF);
		this.byStatement = new ConcurrentLruCache<>(REMEMBERED, judge::judge);
		this.byText = new ConcurrentLruCache<>(REMEMBERED, this::judge);
		this.byText.get("delete from x where y = ?");
	}

	private Set<ValidationRule> judge(String text) {
		List<String> statements = SqlTexts.statements(text);
		Set<ValidationRule> broken = EnumSet.noneOf(ValidationRule.class);
		if (statements.size() > 1) {
			broken.add(ValidationRule.MULTIPLE_STATEMENTS);
		}
		for (String statement : statements) {
			broken.addAll(this.byStatement.get(statement));
		}
		return broken;
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 300;
	}

	@Override
	public Set<HookPoint> points() {
		Set<HookPoint> points = EnumSet.of(HookPoint.QUERY, HookPoint.EXEC, HookPoint.BATCH, HookPoint.COPY);
		if (!this.repeats.isOff()) {
			points.addAll(EnumSet.of(HookPoint.COMMIT, HookPoint.ROLLBACK, HookPoint.RELEASE));
		}
		return points;
	}

	@Override
	public void before(HookContext context) {
		if (!context.point().isStatement() && context.point() != HookPoint.COPY) {
			return;
		}
		for (String text : context.texts()) {
			for (ValidationRule rule : broken(text)) {
				act(rule, text, context);
			}
		}
		if (!this.repeats.isOff() && context.point() == HookPoint.QUERY) {
			count(context);
		}
	}

	@Override
	public void after(HookContext context) {
		if (!context.point().isStatement() && context.point() != HookPoint.COPY) {
			this.repeats.forget(context);
		}
	}

	private Set<ValidationRule> broken(String text) {
		return (text.length() <= LONGEST_REMEMBERED) ? this.byText.get(text) : judge(text);
	}

	private void act(ValidationRule rule, String text, HookContext context) {
		ValidationAction action = this.settings.action(rule);
		if (action == ValidationAction.OFF) {
			return;
		}
		String told = this.texts.of(text).text();
		if (action == ValidationAction.REFUSE) {
			throw new HookVetoException("the statement " + rule.finding() + ": " + told);
		}
		if (this.warned.add(rule.tag() + " " + told)) {
			warn(rule.tag(), "A statement " + rule.finding(), told, context);
		}
	}

	private void count(HookContext context) {
		String sql = context.sql();
		String told = (sql != null) ? this.texts.of(sql).text() : "";
		if (this.repeats.isOneTooMany(context, told)) {
			warn("repeats",
					"A query was made more than " + this.settings.repeats() + " times in one transaction or request",
					told, context);
		}
	}

	private static void warn(String rule, String what, String told, HookContext context) {
		logger.atWarn()
			.addKeyValue("db.rule", rule)
			.addKeyValue("db.sql", told)
			.addKeyValue("db.operation", context.point().tag())
			.log("{}: {}", what, told);
	}

	@Override
	public void close() {
		this.parser.close();
	}

}
