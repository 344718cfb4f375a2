package io.nexs.postgres.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the servers of the cluster are, told by a bean instead of {@code nexs.db.dsn}. A
 * bean of this type comes before the properties, as connection details do elsewhere. At
 * least one server has to be named.
 * <p>
 * Several beans name the servers of one cluster together, unless one of them is primary:
 * this is what the services of Docker Compose and containers of Testcontainers do. What a
 * DSN does not say is then taken from the first one that names a user.
 */
public interface NexsDbConnectionDetails extends ConnectionDetails {

	/**
	 * Servers of the cluster.
	 * @return a {@code postgres://} URI or a {@code jdbc:postgresql://} URL with one host
	 * or several, or {@code null} if all servers are among the replicas
	 */
	default @Nullable String getDsn() {
		return null;
	}

	/**
	 * Further servers of the cluster.
	 * @return a DSN, or {@code null} for none
	 */
	default @Nullable String getReplicaDsn() {
		return null;
	}

	/**
	 * Further servers of the cluster, one by one, each with id, DSN, weight, zone and
	 * tags as under {@code nexs.db.replicas}. Roles are asked from the servers, so the
	 * primary may be among them.
	 * @return the servers, an empty list for none
	 */
	default List<NexsDbProperties.Replica> getReplicas() {
		return List.of();
	}

	/**
	 * User to log in with where a DSN names none.
	 * @return the user, or {@code null} if the DSNs or {@code nexs.db.username} name it
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * Password to log in with where a DSN has none.
	 * @return the password, or {@code null} if the DSNs have it or there is none; where
	 * no user is returned either it is that of {@code nexs.db.password}
	 */
	default @Nullable String getPassword() {
		return null;
	}

}
