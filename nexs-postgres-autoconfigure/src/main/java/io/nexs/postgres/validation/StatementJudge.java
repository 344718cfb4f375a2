package io.nexs.postgres.validation;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import net.sf.jsqlparser.expression.DoubleValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExpressionVisitorAdapter;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.operators.relational.LikeExpression;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.delete.ParenthesedDelete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.insert.ParenthesedInsert;
import net.sf.jsqlparser.statement.merge.Merge;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.SetOperationList;
import net.sf.jsqlparser.statement.select.WithItem;
import net.sf.jsqlparser.statement.update.ParenthesedUpdate;
import net.sf.jsqlparser.statement.update.Update;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules a single statement breaks. Only what can break one by its structure is
 * parsed: neither INSERT nor, while literals do not matter, SELECT. Thread-safe.
 */
final class StatementJudge {

	private static final Set<String> DEFINITIONS = Set.of("create", "alter", "drop", "truncate", "comment", "grant",
			"revoke", "reindex", "cluster", "security", "import", "reassign", "refresh");

	private static final Pattern TEMPORARY = Pattern.compile("create (?:(?:global|local) )?temp(?:orary)? .*",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private static final Pattern INTO = Pattern.compile("\\binto\\b", Pattern.CASE_INSENSITIVE);

	/** What stands before a statement that will be executed. */
	private static final Pattern HEAD = Pattern
		.compile("(?:explain ?(?:\\([^)]*\\)|(?:analy[sz]e|verbose)(?: (?:analy[sz]e|verbose))*)?"
				+ "|prepare [^ (]+ ?(?:\\([^)]*\\))? ?as) ?", Pattern.CASE_INSENSITIVE);

	/** The parser does not know it here. */
	private static final Pattern ONLY = Pattern.compile("^(delete from|update) only ", Pattern.CASE_INSENSITIVE);

	private static final Pattern CHANGE = Pattern.compile("(?:delete|update)\\b", Pattern.CASE_INSENSITIVE);

	private static final Pattern WHERE = Pattern.compile("\\bwhere\\b", Pattern.CASE_INSENSITIVE);

	private final BoundedParser parser;

	private final boolean literals;

	/**
	 * Creates a judge.
	 * @param literals whether literals in conditions matter
	 */
	StatementJudge(BoundedParser parser, boolean literals) {
		this.parser = parser;
		this.literals = literals;
	}

	/**
	 * Judges a statement.
	 * @param sql a single one, with literals of no meaning, and space made single
	 */
	Set<ValidationRule> judge(String sql) {
		try {
			return judgeNested(sql);
		}
		catch (StackOverflowError ex) {
			return EnumSet.of(ValidationRule.UNPARSABLE);
		}
	}

	private Set<ValidationRule> judgeNested(String sql) {
		Set<ValidationRule> broken = EnumSet.noneOf(ValidationRule.class);
		String command = firstWord(sql);
		switch (command) {
			case "update", "delete", "with", "merge" -> parse(sql, broken);
			case "select" -> judgeSelect(sql, broken);
			case "explain", "prepare" -> judgeBehindHead(sql, broken);
			case "copy" -> judgeCopy(sql, broken);
			case "do" -> broken.add(ValidationRule.UNPARSABLE);
			default -> judgeDefinition(command, sql, broken);
		}
		return broken;
	}

	private static String firstWord(String sql) {
		int start = 0;
		while (start < sql.length() && !Character.isLetter(sql.charAt(start))) {
			start++;
		}
		int end = start;
		while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
			end++;
		}
		return sql.substring(start, end).toLowerCase(Locale.ROOT);
	}

	private void judgeSelect(String sql, Set<ValidationRule> broken) {
		boolean mayCreate = INTO.matcher(sql).find();
		if (this.literals || mayCreate) {
			parse(sql, broken);
		}
	}

	private static void judgeDefinition(String command, String sql, Set<ValidationRule> broken) {
		if (DEFINITIONS.contains(command) && !TEMPORARY.matcher(sql).matches()) {
			broken.add(ValidationRule.DDL);
		}
	}

	/**
	 * EXPLAIN executes only with ANALYZE.
	 */
	private void judgeBehindHead(String sql, Set<ValidationRule> broken) {
		Matcher head = HEAD.matcher(sql);
		if (!head.lookingAt()) {
			broken.add(ValidationRule.UNPARSABLE);
			return;
		}
		String text = head.group().toLowerCase(Locale.ROOT);
		if (text.startsWith("prepare") || text.contains("analy")) {
			broken.addAll(judgeNested(sql.substring(head.end())));
		}
	}

	private void judgeCopy(String sql, Set<ValidationRule> broken) {
		int open = sql.indexOf('(');
		int close = sql.lastIndexOf(')');
		boolean ofQuery = open >= 0 && sql.substring(0, open).strip().equalsIgnoreCase("copy");
		if (ofQuery && close > open) {
			int to = sql.toLowerCase(Locale.ROOT).lastIndexOf(") to");
			broken.addAll(judgeNested(sql.substring(open + 1, (to > open) ? to : close).strip()));
		}
	}

	/**
	 * A change that cannot be parsed and has the word nowhere has no condition either.
	 */
	private void parse(String sql, Set<ValidationRule> broken) {
		Statement statement = this.parser.parse(ONLY.matcher(sql).replaceFirst("$1 "));
		if (statement == null) {
			boolean change = CHANGE.matcher(sql).lookingAt();
			broken
				.add((change && !WHERE.matcher(sql).find()) ? ValidationRule.WITHOUT_WHERE : ValidationRule.UNPARSABLE);
		}
		else {
			judge(statement, broken);
		}
	}

	/**
	 * Statements that change data may be within WITH, on the highest level only.
	 */
	private void judge(Statement statement, Set<ValidationRule> broken) {
		if (statement instanceof ParenthesedDelete inner) {
			judge(inner.getDelete(), broken);
		}
		else if (statement instanceof ParenthesedUpdate inner) {
			judge(inner.getUpdate(), broken);
		}
		else if (statement instanceof ParenthesedInsert inner) {
			judge(inner.getInsert(), broken);
		}
		else if (statement instanceof Delete delete) {
			judgeChange(delete.getWhere(), delete.getWithItemsList(), broken);
		}
		else if (statement instanceof Update update) {
			judgeChange(update.getWhere(), update.getWithItemsList(), broken);
		}
		else if (statement instanceof Insert insert) {
			judgeAll(insert.getWithItemsList(), broken);
		}
		else if (statement instanceof Merge merge) {
			judgeAll(merge.getWithItemsList(), broken);
		}
		else if (statement instanceof Select select) {
			judgeAll(select.getWithItemsList(), broken);
			judgeRows(select, broken);
		}
	}

	private void judgeRows(Select select, Set<ValidationRule> broken) {
		if (select instanceof ParenthesedSelect inner) {
			judge(inner.getSelect(), broken);
		}
		else if (select instanceof SetOperationList list) {
			list.getSelects().forEach((part) -> judge(part, broken));
		}
		else if (select instanceof PlainSelect plain) {
			if (plain.getIntoTables() != null && !plain.getIntoTables().isEmpty()) {
				broken.add(ValidationRule.DDL);
			}
			judgeCondition(plain.getWhere(), broken);
		}
	}

	private void judgeChange(@Nullable Expression where, @Nullable List<WithItem<?>> within,
			Set<ValidationRule> broken) {
		if (where == null) {
			broken.add(ValidationRule.WITHOUT_WHERE);
		}
		judgeCondition(where, broken);
		judgeAll(within, broken);
	}

	private void judgeAll(@Nullable List<WithItem<?>> within, Set<ValidationRule> broken) {
		if (within != null) {
			within.forEach((item) -> judge(item.getParenthesedStatement(), broken));
		}
	}

	private void judgeCondition(@Nullable Expression where, Set<ValidationRule> broken) {
		if (this.literals && where != null) {
			where.accept(new LiteralFinder(broken), null);
		}
	}

	/**
	 * Finds literals in a condition.
	 */
	private static final class LiteralFinder extends ExpressionVisitorAdapter<Void> {

		private final Set<ValidationRule> broken;

		LiteralFinder(Set<ValidationRule> broken) {
			this.broken = broken;
		}

		@Override
		public <S> Void visit(StringValue value, S context) {
			return found();
		}

		@Override
		public <S> Void visit(LongValue value, S context) {
			return found();
		}

		@Override
		public <S> Void visit(DoubleValue value, S context) {
			return found();
		}

		/**
		 * Hibernate says ESCAPE with a literal.
		 */
		@Override
		public <S> Void visit(LikeExpression like, S context) {
			like.getLeftExpression().accept(this, context);
			like.getRightExpression().accept(this, context);
			return null;
		}

		@SuppressWarnings("NullAway")
		private Void found() {
			this.broken.add(ValidationRule.LITERAL_IN_WHERE);
			return null;
		}

	}

}
