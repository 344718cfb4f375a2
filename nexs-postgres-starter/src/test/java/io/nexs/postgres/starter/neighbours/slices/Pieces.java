package io.nexs.postgres.starter.neighbours.slices;

import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Repository of the JDBC repository slice.
 */
interface Pieces extends ListCrudRepository<Piece, Long> {

	@Transactional(readOnly = true)
	@Query("select pg_is_in_recovery()")
	boolean isOnReplica();

}
