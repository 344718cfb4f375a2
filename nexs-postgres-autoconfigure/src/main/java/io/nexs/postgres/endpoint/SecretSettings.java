package io.nexs.postgres.endpoint;

import java.util.regex.Pattern;

import io.nexs.postgres.dsn.InvalidDsnException;
import io.nexs.postgres.dsn.PostgresDsn;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Keeps passwords of {@code nexs.db} out of {@code /actuator/env} and
 * {@code /actuator/configprops} where their values are shown. A DSN is shown without what
 * is secret in it, or not at all where it cannot be read. Thread-safe.
 */
public final class SecretSettings implements SanitizingFunction {

	private static final Pattern PASSWORD = Pattern.compile("nexs[._]db[._].*password");

	private static final Pattern DSN = Pattern.compile("nexs[._]db[._].*dsn");

	@Override
	public SanitizableData apply(SanitizableData data) {
		String key = data.getLowerCaseKey();
		if (PASSWORD.matcher(key).matches()) {
			return data.withSanitizedValue();
		}
		if (data.getValue() != null && DSN.matcher(key).matches()) {
			return withoutSecrets(data);
		}
		return data;
	}

	private static SanitizableData withoutSecrets(SanitizableData data) {
		try {
			return data.withValue(PostgresDsn.parse(String.valueOf(data.getValue())).toString());
		}
		catch (InvalidDsnException ex) {
			return data.withSanitizedValue();
		}
	}

}
