package io.nexs.postgres.masking;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import io.nexs.postgres.hook.HookParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for masked parameters.
 */
class ParameterMaskerTests {

	private final ParameterMasker masker = new ParameterMasker(MaskingSettings.defaults());

	@ParameterizedTest
	@ValueSource(strings = { "password", "PASSWORD_HASH", "user_password", "userPassword", "api_key", "apiKey", "pin",
			"pin_code", "customerPin", "cardNumber", "card_no", "accessToken", "iban", "b secret" })
	void tellWhenNameIsSecretTellsNothing(String name) {
		assertThat(this.masker.tell(name, parameter("planted"))).isEqualTo("***");
		assertThat(this.masker.tell(name, new HookParameter(1, "null", null, true))).isEqualTo("***");
	}

	@ParameterizedTest
	@ValueSource(strings = { "name", "shipping", "opinion", "discount", "id" })
	void tellWhenNameIsPlainTellsTheValue(String name) {
		assertThat(this.masker.tell(name, parameter("seen"))).isEqualTo("seen");
	}

	@ParameterizedTest
	@ValueSource(strings = { "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "bob@example.org",
			"DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "eyJhbGciOi.eyJzdWIiOiIx.SflKxwRJ",
			"Bearer abc.def" })
	void tellWhenValueMatchesAPatternMasksThat(String secret) {
		assertThat(this.masker.tell("note", parameter(secret))).isEqualTo("***");
		assertThat(this.masker.tell("note", parameter("to " + secret + " now"))).isEqualTo("to *** now");
	}

	@Test
	void tellWhenNumberLooksLikeACardMasksIt() {
		assertThat(this.masker.tell("note", parameter(4111111111111111L))).isEqualTo("***");
		assertThat(this.masker.tell("note", parameter(4111L))).isEqualTo("4111");
	}

	@Test
	void tellWhenNameIsUnknownTellsTheTypeOnly() {
		assertThat(this.masker.tell(null, parameter("planted"))).isEqualTo("<String>");
		assertThat(this.masker.tell(null, parameter(7))).isEqualTo("<Integer>");
	}

	@Test
	void tellWhenTypeIsSecretTellsNothing() {
		assertThat(this.masker.tell("image", parameter(new byte[] { 1 }))).isEqualTo("***");
		ParameterMasker uuids = new ParameterMasker(new MaskingSettings(Set.of(), Set.of("uuid"), List.of(), 10));
		assertThat(uuids.tell("id", parameter(UUID.randomUUID()))).isEqualTo("***");
		assertThat(uuids.tell("id", parameter("seen"))).isEqualTo("seen");
	}

	@Test
	void tellWhenValueIsLongCutsItBehindTheMasks() {
		ParameterMasker ten = new ParameterMasker(
				new MaskingSettings(Set.of(), Set.of(), List.of(Pattern.compile("[0-9]{8,}")), 10));
		assertThat(ten.tell("note", parameter("number 4111111111111111"))).isEqualTo("number ***");
		assertThat(ten.tell("note", parameter("a number 4111"))).isEqualTo("a number 4...(13)");
	}

	@Test
	void tellWhenValueIsAStreamOrNullSaysSo() {
		assertThat(this.masker.tell("note", new HookParameter(1, "BinaryStream", null, false)))
			.isEqualTo("<BinaryStream>");
		assertThat(this.masker.tell("note", new HookParameter(1, "null", null, true))).isEqualTo("NULL");
	}

	@Test
	void tellWhenValueHasNoTextTellsTheType() {
		Object broken = new Object() {

			@Override
			public String toString() {
				throw new IllegalStateException("planted");
			}

		};
		assertThat(this.masker.tell("note", parameter(broken))).startsWith("<").doesNotContain("planted");
	}

	@Test
	void tellWhenStatementHasNamesTellsThem() {
		NormalizedSql sql = SqlTexts.normalize("insert into t (name, password) values (?, ?)");
		assertThat(this.masker.tell(sql,
				List.of(new HookParameter(1, "String", "bob", true), new HookParameter(2, "String", "planted", true))))
			.containsExactly("name=bob", "password=***");
	}

	private static HookParameter parameter(Object value) {
		return new HookParameter(1, value.getClass().getSimpleName(), value, true);
	}

}
