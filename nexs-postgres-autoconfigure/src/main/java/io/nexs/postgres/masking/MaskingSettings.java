package io.nexs.postgres.masking;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What of the parameters of statements is masked where they are shown at all.
 *
 * @param names parts of names of columns whose values are never shown
 * @param types types whose values are never shown: simple names of Java classes, or
 * {@code bytea}, {@code uuid}, {@code json}, {@code jsonb}
 * @param patterns what is masked within values
 * @param maxLength characters of a value that are shown at most
 */
public record MaskingSettings(Set<String> names, Set<String> types, List<Pattern> patterns, int maxLength) {

	/**
	 * Parts of names used when none are configured.
	 */
	public static final Set<String> DEFAULT_NAMES = Set.of("password", "passwd", "passphrase", "pwd", "secret", "token",
			"api_key", "private_key", "credential", "authorization", "session", "cookie", "card", "cvv", "cvc", "iban",
			"pin", "otp", "ssn", "salt");

	/**
	 * Types used when none are configured.
	 */
	public static final Set<String> DEFAULT_TYPES = Set.of("bytea");

	/**
	 * Patterns used when none are configured: numbers of accounts and of cards, mail
	 * addresses, JSON web tokens, and what stands behind the name of a scheme in an
	 * authorization.
	 */
	public static final List<String> DEFAULT_PATTERNS = List.of(
			"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])",
			"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])",
			"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,8}",
			"eyJ[A-Za-z0-9_-]{4,}\\.[A-Za-z0-9_-]{4,}\\.?[A-Za-z0-9_-]*", "(?i)(?:bearer|basic) +[A-Za-z0-9._~+/=-]+");

	public MaskingSettings {
		names = Set.copyOf(names);
		types = Set.copyOf(types);
		patterns = List.copyOf(patterns);
	}

	/**
	 * The defaults, with 64 characters of a value.
	 * @return the defaults
	 */
	public static MaskingSettings defaults() {
		return new MaskingSettings(DEFAULT_NAMES, DEFAULT_TYPES,
				DEFAULT_PATTERNS.stream().map(Pattern::compile).toList(), 64);
	}

}
