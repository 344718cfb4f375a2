package io.nexs.postgres.starter.neighbours.slices;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.transaction.annotation.Transactional;

/**
 * Repository of the JPA slice.
 */
interface Things extends JpaRepository<Thing, Long> {

	@Transactional(readOnly = true)
	@NativeQuery("select pg_is_in_recovery()")
	boolean isOnReplica();

}
