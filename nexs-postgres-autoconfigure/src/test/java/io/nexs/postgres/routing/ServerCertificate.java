package io.nexs.postgres.routing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A certificate of a server, signed by itself, as the two files PostgreSQL wants.
 *
 * @param certificate the certificate
 * @param key the private key
 */
public record ServerCertificate(Path certificate, Path key) {

	private static final char[] PASSWORD = "changeit".toCharArray();

	/**
	 * A new one, which ends in two days.
	 * @param directory where the files go
	 */
	public static ServerCertificate in(Path directory)
			throws IOException, GeneralSecurityException, InterruptedException {
		Path store = directory.resolve("server.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=localhost",
				"-validity", "2", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass",
				new String(PASSWORD))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(keytool.waitFor()).isZero();
		KeyStore entries = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			entries.load(in, PASSWORD);
		}
		Path certificate = write(directory.resolve("server.crt"), "CERTIFICATE",
				entries.getCertificate("server").getEncoded());
		Path key = write(directory.resolve("server.key"), "PRIVATE KEY",
				entries.getKey("server", PASSWORD).getEncoded());
		return new ServerCertificate(certificate, key);
	}

	private static Path write(Path file, String kind, byte[] content) throws IOException {
		String body = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content);
		Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
		return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
	}

}
