package io.nexs.postgres.slowquery;

import java.io.StringReader;
import java.util.List;
import java.util.Locale;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;

import io.nexs.postgres.masking.SqlTexts;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/**
 * Tells a plan that came as XML: names and figures as they are, conditions without their
 * literals, and nothing else.
 */
final class PlanText {

	/** What has expressions, and so literals. */
	private static final List<String> CONDITIONS = List.of("Filter", "Index-Cond", "Recheck-Cond", "Hash-Cond",
			"Merge-Cond", "Join-Filter", "TID-Cond", "One-Time-Filter", "Order-By", "Function-Call");

	private PlanText() {
	}

	static String of(String xml) throws Exception {
		DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
		factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
		factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
		DocumentBuilder builder = factory.newDocumentBuilder();
		builder.setErrorHandler(null);
		Document document = builder.parse(new InputSource(new StringReader(xml)));
		StringBuilder text = new StringBuilder();
		append(text, document.getDocumentElement(), 0);
		return text.toString().stripTrailing();
	}

	/**
	 * Plans within plans are told one step further in.
	 */
	private static void append(StringBuilder text, Element element, int depth) {
		boolean plan = element.getTagName().equals("Plan");
		if (plan) {
			describe(text, element, "  ".repeat(depth));
		}
		for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
			if (child instanceof Element inner) {
				append(text, inner, plan ? depth + 1 : depth);
			}
		}
	}

	private static void describe(StringBuilder text, Element plan, String indent) {
		text.append(indent).append(value(plan, "Node-Type"));
		add(text, " using ", value(plan, "Index-Name"));
		add(text, " on ", value(plan, "Relation-Name"));
		text.append(String.format(Locale.ROOT, " (cost=%s..%s rows=%s", value(plan, "Startup-Cost"),
				value(plan, "Total-Cost"), value(plan, "Plan-Rows")));
		add(text, ", actual time=", value(plan, "Actual-Total-Time"));
		add(text, " rows=", value(plan, "Actual-Rows"));
		add(text, " loops=", value(plan, "Actual-Loops"));
		add(text, " removed=", value(plan, "Rows-Removed-by-Filter"));
		text.append(")\n");
		for (String condition : CONDITIONS) {
			String expression = value(plan, condition);
			if (expression != null) {
				text.append(indent).append("  ").append(condition.replace('-', ' ')).append(": ");
				text.append(SqlTexts.normalize(expression).text()).append('\n');
			}
		}
	}

	private static void add(StringBuilder text, String before, @Nullable String value) {
		if (value != null) {
			text.append(before).append(value);
		}
	}

	private static @Nullable String value(Element plan, String name) {
		for (Node child = plan.getFirstChild(); child != null; child = child.getNextSibling()) {
			if (child instanceof Element element && element.getTagName().equals(name)) {
				return element.getTextContent();
			}
		}
		return null;
	}

}
