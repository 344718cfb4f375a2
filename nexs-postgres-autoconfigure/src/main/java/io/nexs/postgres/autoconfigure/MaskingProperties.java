package io.nexs.postgres.autoconfigure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.nexs.postgres.masking.MaskingSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Masks of parameters, where these are shown at all.
 *
 * @param names Parts of names of columns whose values are never shown, in place of the
 * names there are.
 * @param addNames More parts of names, beside the names there are.
 * @param types Types whose values are never shown: simple names of Java classes, or
 * bytea, uuid, json, jsonb.
 * @param patterns Regular expressions for what is masked within values, in place of those
 * there are.
 * @param addPatterns More regular expressions, beside those there are.
 * @param maxLength Characters of a value that are shown at most.
 */
@ConfigurationProperties("nexs.db.masking")
@Validated
record MaskingProperties(@Nullable Set<String> names, @DefaultValue Set<String> addNames,
		@DefaultValue("bytea") Set<String> types, @Nullable List<String> patterns,
		@DefaultValue List<String> addPatterns,
		@DefaultValue("64") @Min(value = 1, message = "must be at least 1 character") @Max(value = 8192,
				message = "must be at most 8192 characters") int maxLength) {

	MaskingSettings settings() {
		List<Pattern> all = new ArrayList<>();
		compile("nexs.db.masking.patterns", (this.patterns != null) ? this.patterns : MaskingSettings.DEFAULT_PATTERNS,
				all);
		compile("nexs.db.masking.add-patterns", this.addPatterns, all);
		Set<String> allNames = new HashSet<>((this.names != null) ? this.names : MaskingSettings.DEFAULT_NAMES);
		allNames.addAll(this.addNames);
		return new MaskingSettings(allNames, this.types, all, this.maxLength);
	}

	private static void compile(String key, List<String> patterns, List<Pattern> compiled) {
		for (int i = 0; i < patterns.size(); i++) {
			try {
				compiled.add(Pattern.compile(patterns.get(i)));
			}
			catch (PatternSyntaxException ex) {
				throw new InvalidSettingException(key + "[" + i + "]",
						"is no regular expression: " + ex.getDescription(),
						"Write it as java.util.regex.Pattern reads it.");
			}
		}
	}

}
