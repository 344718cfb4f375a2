package io.nexs.postgres.autoconfigure.jpa;

import io.nexs.postgres.routing.ReadFrom;
import io.nexs.postgres.routing.ReadPreference;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

/**
 * A repository whose reads, inherited ones too, go to the primary.
 */
@ReadFrom(ReadPreference.PRIMARY)
public interface PrimaryItems extends JpaRepository<Item, Long> {

	@Transactional(readOnly = true)
	@Query(value = "select pg_is_in_recovery()", nativeQuery = true)
	boolean isOnReplica();

	@ReadFrom(ReadPreference.SECONDARY)
	@Transactional(readOnly = true)
	@Query(value = "select pg_is_in_recovery()", nativeQuery = true)
	boolean isOnReplicaByMethod();

}
