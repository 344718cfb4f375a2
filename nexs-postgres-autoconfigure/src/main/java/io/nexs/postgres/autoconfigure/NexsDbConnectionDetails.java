package io.nexs.postgres.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the servers of the cluster are, told by a bean instead of {@code nexs.db.dsn}. A
 * bean of this type comes before the properties, as connection details do elsewhere.
 */
public interface NexsDbConnectionDetails extends ConnectionDetails {

	/**
	 * Servers of the cluster.
	 * @return a {@code postgres://} URI or a {@code jdbc:postgresql://} URL with one host
	 * or several
	 */
	String getDsn();

	/**
	 * Further servers of the cluster.
	 * @return a DSN, or {@code null} for none
	 */
	default @Nullable String getReplicaDsn() {
		return null;
	}

	/**
	 * User to log in with where a DSN names none.
	 * @return the user, or {@code null} if the DSNs name it
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * Password to log in with where a DSN has none.
	 * @return the password, or {@code null} if the DSNs have it or there is none
	 */
	default @Nullable String getPassword() {
		return null;
	}

}
