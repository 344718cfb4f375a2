package io.nexs.postgres.cluster;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LsnTests {

	@ParameterizedTest
	@ValueSource(strings = { "0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF", "0/3000148" })
	void lsnWhenParsedPrintsTheSame(String text) {
		assertThat(Lsn.parse(text)).hasToString(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "1", "1/", "/1", "123456789/0", "0/123456789", "g/0", "0/ 1", "-1/0", "0/-1",
			"0/+1", "1/2/3" })
	void lsnWhenMalformedIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Lsn.parse(text)).withMessageContaining("Not an LSN");
	}

	@Test
	void lsnWhenPastTheSignBitIsGreater() {
		Lsn low = Lsn.parse("7FFFFFFF/FFFFFFFF");
		Lsn high = Lsn.parse("80000000/10");
		assertThat(high).isGreaterThan(low);
		assertThat(high.bytesAhead(low)).isEqualTo(0x11);
		assertThat(low.bytesAhead(high)).isEqualTo(-0x11);
	}

}
