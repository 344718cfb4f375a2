package io.nexs.postgres.dsn;

import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link PostgresDsn}.
 */
class PostgresDsnTests {

	private static final String PLANTED = "Pl4nted";

	@Test
	void parseWhenUriHasEverythingReadsAllParts() {
		PostgresDsn dsn = PostgresDsn
			.parse("postgres://app:secret@h1:5432,h2:5433/orders?sslmode=require&application_name=shop");
		assertThat(dsn.hosts()).containsExactly(new HostAndPort("h1", 5432), new HostAndPort("h2", 5433));
		assertThat(dsn.database()).isEqualTo("orders");
		assertThat(dsn.username()).isEqualTo("app");
		assertThat(dsn.password()).isEqualTo("secret");
		assertThat(dsn.parameters()).containsExactly(Map.entry("sslmode", "require"),
				Map.entry("ApplicationName", "shop"));
		assertThat(dsn.ignoredParameters()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			postgresql://h1/db                                 | jdbc:postgresql://h1:5432/db
			POSTGRES://h1/db                                   | jdbc:postgresql://h1:5432/db
			postgres://                                        | jdbc:postgresql://localhost:5432/postgres
			postgres:///db                                     | jdbc:postgresql://localhost:5432/db
			postgres://app@/                                   | jdbc:postgresql://localhost:5432/app
			postgres://h1                                      | jdbc:postgresql://h1:5432/postgres
			postgres://h1:/db                                  | jdbc:postgresql://h1:5432/db
			postgres://h1,h2:6000,h1/db                        | jdbc:postgresql://h1:5432,h2:6000,h1:5432/db
			postgres://h1?sslmode=disable                      | jdbc:postgresql://h1:5432/postgres?sslmode=disable
			postgres://[::1]:6000/db                           | jdbc:postgresql://[::1]:6000/db
			postgres://a:b@[2001:db8::1],10.0.0.1/db           | jdbc:postgresql://[2001:db8::1]:5432,10.0.0.1:5432/db
			postgres://[fe80::1%25eth0]/db                     | jdbc:postgresql://[fe80::1%eth0]:5432/db
			postgres:///db?host=h1,h2&port=6000                | jdbc:postgresql://h1:6000,h2:6000/db
			postgres://h9/x?host=h1,h2&port=1,2&dbname=db      | jdbc:postgresql://h1:1,h2:2/db
			postgres://h1/a%20b%2Fc                            | jdbc:postgresql://h1:5432/a+b%2Fc
			postgres://h1/a+b                                  | jdbc:postgresql://h1:5432/a%2Bb
			jdbc:postgresql://h1,h2:5433/db                    | jdbc:postgresql://h1:5432,h2:5433/db
			jdbc:postgresql:db                                 | jdbc:postgresql://localhost:5432/db
			jdbc:postgresql:/                                  | jdbc:postgresql://localhost:5432/postgres
			jdbc:postgresql:                                   | jdbc:postgresql://localhost:5432/postgres
			jdbc:postgresql:db?sslmode=prefer                  | jdbc:postgresql://localhost:5432/db?sslmode=prefer
			jdbc:postgresql://[::1]/db                         | jdbc:postgresql://[::1]:5432/db
			jdbc:postgresql://h1/db?ApplicationName=a+b        | jdbc:postgresql://h1:5432/db?ApplicationName=a+b
			postgres://h1/db?options=-c%20work_mem%3D4MB       | jdbc:postgresql://h1:5432/db?options=-c+work_mem%3D4MB
			""")
	void jdbcUrlIsWhatTheDriverReads(String text, String url) {
		PostgresDsn dsn = PostgresDsn.parse(text);
		assertThat(dsn.jdbcUrl()).isEqualTo(url);
		Properties read = Driver.parseURL(url, null);
		assertThat(read).isNotNull();
		assertThat(read.getProperty("PGDBNAME")).isEqualTo(dsn.database());
		assertThat(read.getProperty("PGPORT").split(","))
			.containsExactly(dsn.hosts().stream().map((host) -> String.valueOf(host.port())).toArray(String[]::new));
		dsn.parameters().forEach((name, value) -> assertThat(read.getProperty(name)).isEqualTo(value));
	}

	@Test
	void parseWhenPartsArePercentEncodedDecodesThem() {
		PostgresDsn dsn = PostgresDsn.parse("postgres://a%40b:p%3A%2F%3F%23%25%C3%A9+w@h1/d%2Fb?ApplicationName=a%26b");
		assertThat(dsn.username()).isEqualTo("a@b");
		assertThat(dsn.password()).isEqualTo("p:/?#%\u00e9+w");
		assertThat(dsn.database()).isEqualTo("d/b");
		assertThat(dsn.parameters()).containsEntry("ApplicationName", "a&b");
	}

	@Test
	void parseWhenPasswordHasUnambiguousReservedCharactersKeepsThem() {
		assertThat(PostgresDsn.parse("postgres://app:a:b#c@h1/db").password()).isEqualTo("a:b#c");
		assertThat(PostgresDsn.parse("postgres://app:\ud83d\ude00%20\u00e9@h1/db").password())
			.isEqualTo("\ud83d\ude00 \u00e9");
	}

	@Test
	void parseWhenCredentialsAreParametersReadsThem() {
		PostgresDsn dsn = PostgresDsn.parse("jdbc:postgresql://h1/db?user=app&password=a+b%2Bc@d&loginTimeout=3");
		assertThat(dsn.username()).isEqualTo("app");
		assertThat(dsn.password()).isEqualTo("a b+c@d");
		assertThat(dsn.parameters()).containsExactly(Map.entry("loginTimeout", "3"));
	}

	@Test
	void parseWhenParameterHasLibpqNameUsesDriverName() {
		PostgresDsn dsn = PostgresDsn.parse("postgres://h1/db?connect_timeout=7&keepalives=0&channel_binding=require"
				+ "&gssencmode=disable&krbsrvname=pg&sslmode=VERIFY-FULL&sslrootcert=/ca.pem&sslnegotiation=direct"
				+ "&require_auth=scram-sha-256");
		assertThat(dsn.parameters()).isEqualTo(Map.of("connectTimeout", "7", "tcpKeepAlive", "false", "channelBinding",
				"require", "gssEncMode", "disable", "kerberosServerName", "pg", "sslmode", "verify-full", "sslrootcert",
				"/ca.pem", "sslNegotiation", "direct", "requireAuth", "scram-sha-256"));
	}

	@Test
	void parseWhenParameterChoosesHostsByRoleIgnoresIt() {
		PostgresDsn dsn = PostgresDsn.parse("jdbc:postgresql://h1,h2/db?targetServerType=primary&loadBalanceHosts=true"
				+ "&target_session_attrs=read-write&load_balance_hosts=random&passfile=x&sslmode=allow");
		assertThat(dsn.parameters()).containsOnlyKeys("sslmode");
		assertThat(dsn.ignoredParameters()).containsExactly("targetServerType", "loadBalanceHosts",
				"target_session_attrs", "load_balance_hosts", "passfile");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "Pl4nted", "app:Pl4nted@h1/db", "mysql://app:Pl4nted@h1/db",
			"jdbc:mysql://h1/db?password=Pl4nted", "postgres:app:Pl4nted@h1", "Pl4nted://h1", "app:Pl4nted://x",
			"postgres://app:Pl4nted@@h1/db", "postgres://app:@Pl4nted@h1/db", "postgres://app:x/Pl4nted@h1/db",
			"postgres://app:Pl4nted/x@h1/db", "postgres://app:1?Pl4nted@h1/db", "postgres://app:1?a=Pl4nted@h1/db",
			"postgres://app:Pl4nted", "postgres://app:Pl4nted%zz@h1/db", "postgres://app:Pl4nted%4@h1/db",
			"postgres://app:Pl4nted%@h1/db", "postgres://app:Pl4nted%00@h1/db", "postgres://app:Pl4nted%ff@h1/db",
			"postgres://app:Pl4nted@h1:0/db", "postgres://app:Pl4nted@h1:65536/db", "postgres://app:Pl4nted@h1:x/db",
			"postgres://app:Pl4nted@h1:99999999999/db", "postgres://app:Pl4nted@h1:-1/db",
			"postgres://app:Pl4nted@h1,,h2/db", "postgres://app:Pl4nted@h1,/db", "postgres://app:Pl4nted@[::1/db",
			"postgres://app:Pl4nted@::1/db", "postgres://app:Pl4nted@[::1]x/db", "postgres://app:Pl4nted@[h1]/db",
			"postgres://app:Pl4nted@h 1/db", "postgres://app:Pl4nted@%2Fvar%2Frun/db",
			"postgres://app:Pl4nted@h1/db?host=/var/run", "postgres://app:Pl4nted@h1/db/x",
			"postgres://app:Pl4nted@h1/db?sslmode", "postgres://app:Pl4nted@h1/db?=x",
			"postgres://app:Pl4nted@h1/db?sslmode=Pl4nted", "postgres://app:Pl4nted@h1/db?host=a,b&port=1,2,3",
			"jdbc:postgresql://app:Pl4nted@h1/db", "jdbc:postgresql://h1/db?password=Pl4nted&sslmode=no",
			"jdbc:postgresql://h1/db?password=Pl4nted%" })
	void parseWhenMalformedThrowsWithoutRepeatingTheText(String text) {
		assertThatExceptionOfType(InvalidDsnException.class).isThrownBy(() -> PostgresDsn.parse(text))
			.withMessageStartingWith("Invalid DSN: ")
			.satisfies((ex) -> {
				assertThat(ex.toString()).doesNotContainIgnoringCase(PLANTED);
				assertThat(ex).hasNoCause();
				assertThat(ex.getReason()).endsWith(".");
				assertThat(ex.getHint()).endsWith(".");
			});
	}

	@Test
	void parseWhenPasswordIsNotEncodedSaysHowToEncode() {
		assertThatExceptionOfType(InvalidDsnException.class)
			.isThrownBy(() -> PostgresDsn.parse("postgres://app:p@ss@h1/db"))
			.withMessage("Invalid DSN: A reserved character stands unencoded before the last '@'. Percent-encode"
					+ " reserved characters in user, password and database: @ is %40, : is %3A, / is %2F, ? is %3F,"
					+ " # is %23, % is %25.");
	}

	@Test
	void parseWhenSslModeIsUnknownListsTheAllowed() {
		assertThatExceptionOfType(InvalidDsnException.class)
			.isThrownBy(() -> PostgresDsn.parse("postgres://h1/db?sslmode=on"))
			.withMessageContaining("disable, allow, prefer, require, verify-ca, verify-full");
	}

	@Test
	void parseWhenSchemeIsOfAnotherDatabaseNamesIt() {
		assertThatExceptionOfType(InvalidDsnException.class).isThrownBy(() -> PostgresDsn.parse("jdbc:mysql://h1/db"))
			.withMessageContaining("'jdbc:mysql:'")
			.withMessageContaining("postgres://");
	}

	@Test
	void atWhenGivenAPlaceNamesItInTheMessage() {
		InvalidDsnException located = new InvalidDsnException("Wrong.", "Right it.").at("nexs.db.dsn");
		assertThat(located).hasMessage("Invalid DSN in 'nexs.db.dsn': Wrong. Right it.");
		assertThat(located.getPlace()).isEqualTo("nexs.db.dsn");
	}

	@Test
	void toStringHasNoSecrets() {
		PostgresDsn dsn = PostgresDsn
			.parse("postgres://app:Pl4nted@h1,[::1]:6000/db?sslmode=require&sslpassword=Pl4nted&x=Pl4nted");
		assertThat(dsn).hasToString("postgres://app:***@h1:5432,[::1]:6000/db?sslmode=require&sslpassword=***&x=***");
		assertThat(PostgresDsn.parse("postgres://app@h1/db")).hasToString("postgres://app@h1:5432/db");
	}

	@Test
	void secretsHasWhatTheUrlLeavesOut() {
		PostgresDsn dsn = PostgresDsn.parse("postgres://app:Pl4nted@h1/db?sslpassword=Pl4nted2&sslmode=require");
		assertThat(dsn.jdbcUrl()).isEqualTo("jdbc:postgresql://h1:5432/db?sslmode=require");
		assertThat(dsn.secrets()).isEqualTo(Map.of("user", "app", "password", "Pl4nted", "sslpassword", "Pl4nted2"));
	}

	@Test
	void withCredentialsReplacesWhatIsNotNull() {
		PostgresDsn dsn = PostgresDsn.parse("postgres://app:one@h1/db");
		assertThat(dsn.withCredentials(null, "two")).isEqualTo(PostgresDsn.parse("postgres://app:two@h1/db"));
		assertThat(dsn.withCredentials("other", null)).isEqualTo(PostgresDsn.parse("postgres://other:one@h1/db"));
	}

	@Test
	void withDefaultsFillsOnlyWhatIsAbsent() {
		PostgresDsn defaults = PostgresDsn.parse("postgres://app:one@h1/db?sslmode=require&connect_timeout=3");
		PostgresDsn filled = PostgresDsn.parse("postgres://h2?sslmode=disable").withDefaults(defaults);
		assertThat(filled.hosts()).containsExactly(new HostAndPort("h2", 5432));
		assertThat(filled.database()).isEqualTo("db");
		assertThat(filled.username()).isEqualTo("app");
		assertThat(filled.password()).isEqualTo("one");
		assertThat(filled.parameters()).isEqualTo(Map.of("sslmode", "disable", "connectTimeout", "3"));
	}

	@Test
	void withDefaultsWhenUserDiffersTakesNoPassword() {
		PostgresDsn defaults = PostgresDsn.parse("postgres://app:one@h1/db");
		assertThat(PostgresDsn.parse("postgres://reader@h2").withDefaults(defaults).password()).isNull();
		assertThat(PostgresDsn.parse("postgres://app@h2").withDefaults(defaults).password()).isEqualTo("one");
	}

	@Test
	void forHostKeepsEverythingElse() {
		PostgresDsn dsn = PostgresDsn.parse("postgres://app:one@h1,h2/db?sslmode=require");
		assertThat(dsn.forHost(dsn.hosts().get(1)))
			.isEqualTo(PostgresDsn.parse("postgres://app:one@h2/db?sslmode=require"))
			.hasSameHashCodeAs(PostgresDsn.parse("postgres://app:one@h2/db?sslmode=require"))
			.isNotEqualTo(dsn);
	}

	@Test
	void ofHasNoUserAndNoParameters() {
		PostgresDsn dsn = PostgresDsn.of(new HostAndPort("h1", 6000), "a b");
		assertThat(dsn.jdbcUrl()).isEqualTo("jdbc:postgresql://h1:6000/a+b");
		assertThat(dsn.secrets()).isEmpty();
		assertThat(dsn.hosts()).isEqualTo(List.of(new HostAndPort("h1", 6000)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 65536 })
	void hostAndPortWhenPortIsOutOfRangeThrows(int port) {
		assertThatIllegalArgumentException().isThrownBy(() -> new HostAndPort("h1", port));
	}

	@Test
	void hostAndPortWhenHostIsBlankThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HostAndPort(" ", 5432));
	}

	@Test
	void dsnWhenForOtherHostsKeepsEverythingElse() {
		PostgresDsn dsn = PostgresDsn.parse("postgres://app:secret@h1/orders?connect_timeout=3");
		PostgresDsn others = dsn.forHosts(List.of(new HostAndPort("h2", 5432), new HostAndPort("h3", 5433)));
		assertThat(others.jdbcUrl()).isEqualTo("jdbc:postgresql://h2:5432,h3:5433/orders?connectTimeout=3");
		assertThat(others.secrets()).isEqualTo(dsn.secrets());
		assertThatIllegalArgumentException().isThrownBy(() -> dsn.forHosts(List.of())).withMessage("No host");
	}

}
