package io.nexs.postgres.autoconfigure.jpa;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

/**
 * A repository without a read preference of its own.
 */
public interface Items extends JpaRepository<Item, Long> {

	@Transactional(readOnly = true)
	@Query(value = "select pg_is_in_recovery()", nativeQuery = true)
	boolean isOnReplica();

	@Query(value = "select pg_is_in_recovery()", nativeQuery = true)
	boolean isOnReplicaWithoutTransaction();

}
