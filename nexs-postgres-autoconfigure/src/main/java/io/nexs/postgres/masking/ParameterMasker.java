package io.nexs.postgres.masking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.nexs.postgres.hook.HookParameter;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * Tells parameters without secrets. A value is shown only if the column it is for is
 * known and not secret, nor its type; what matches a pattern is masked within it.
 * Thread-safe.
 */
public final class ParameterMasker {

	/**
	 * What is told instead of a secret.
	 */
	public static final String MASK = "***";

	/** Patterns are not looked for behind it, and it is never shown. */
	private static final int LONGEST_SEARCHED = 8192;

	/** A shorter name has to be at the beginning or the end of a part of another. */
	private static final int LONG_NAME = 5;

	private final MaskingSettings settings;

	private final Set<String> names;

	private final Set<String> types;

	/**
	 * Creates a masker.
	 * @param settings what is masked
	 */
	public ParameterMasker(MaskingSettings settings) {
		this.settings = settings;
		this.names = settings.names().stream().map(ParameterMasker::squeezed).collect(Collectors.toUnmodifiableSet());
		this.types = settings.types().stream().map(ParameterMasker::javaType).collect(Collectors.toUnmodifiableSet());
	}

	private static String javaType(String type) {
		String lower = type.toLowerCase(Locale.ROOT);
		return lower.equals("bytea") ? "byte[]" : lower;
	}

	private static String squeezed(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
	}

	/**
	 * Tells parameters.
	 * @param sql the statement
	 * @param parameters its parameters
	 * @return a text for each, with the name of its column where that is known
	 */
	public List<String> tell(NormalizedSql sql, List<HookParameter> parameters) {
		List<String> told = new ArrayList<>(parameters.size());
		for (HookParameter parameter : parameters) {
			String name = sql.nameOf(parameter.index());
			told.add((name != null) ? name + "=" + tell(name, parameter) : tell(null, parameter));
		}
		return told;
	}

	/**
	 * Tells one parameter.
	 * @param name the column it is for, or {@code null} if that is not known
	 * @param parameter the parameter
	 * @return its value, as far as it may be shown
	 */
	public String tell(@Nullable String name, HookParameter parameter) {
		Object value = parameter.value();
		if (name != null && isSecret(name)) {
			return MASK;
		}
		if (!parameter.known()) {
			return "<" + parameter.type() + ">";
		}
		if (value == null) {
			return "NULL";
		}
		if (isSecretType(parameter, value)) {
			return MASK;
		}
		if (name == null) {
			return "<" + value.getClass().getSimpleName() + ">";
		}
		return shown(value);
	}

	private String shown(Object value) {
		String text;
		try {
			text = value.toString();
		}
		catch (RuntimeException ex) {
			return "<" + value.getClass().getSimpleName() + ">";
		}
		if (text == null) {
			return "NULL";
		}
		String masked = mask((text.length() > LONGEST_SEARCHED) ? text.substring(0, LONGEST_SEARCHED) : text);
		int max = this.settings.maxLength();
		return (masked.length() > max) ? masked.substring(0, max) + "...(" + text.length() + ")" : masked;
	}

	/**
	 * Masks what matches a pattern.
	 * @param text any text
	 * @return the text without it
	 */
	public String mask(String text) {
		String masked = text;
		for (Pattern pattern : this.settings.patterns()) {
			masked = pattern.matcher(masked).replaceAll(MASK);
		}
		return masked;
	}

	private boolean isSecretType(HookParameter parameter, Object value) {
		if (this.types.isEmpty()) {
			return false;
		}
		String ofServer = (value instanceof PGobject object && object.getType() != null) ? object.getType() : "";
		return this.types.contains(parameter.type().toLowerCase(Locale.ROOT))
				|| this.types.contains(value.getClass().getSimpleName().toLowerCase(Locale.ROOT))
				|| this.types.contains(ofServer.toLowerCase(Locale.ROOT));
	}

	/**
	 * Whether a column is secret by its name. A long configured name may stand anywhere
	 * in it; a short one, such as "pin", at the beginning or end of one of its words.
	 */
	boolean isSecret(String name) {
		String whole = squeezed(name);
		String[] words = name.replaceAll("(\\p{Ll})(\\p{Lu})", "$1 $2")
			.toLowerCase(Locale.ROOT)
			.split("[^\\p{L}\\p{N}]+");
		for (String secret : this.names) {
			if ((secret.length() >= LONG_NAME) ? whole.contains(secret) : isPartOf(words, secret)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isPartOf(String[] words, String secret) {
		for (String word : words) {
			if (word.startsWith(secret) || word.endsWith(secret)) {
				return true;
			}
		}
		return false;
	}

}
