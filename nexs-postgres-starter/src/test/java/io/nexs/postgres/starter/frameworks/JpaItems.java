package io.nexs.postgres.starter.frameworks;

import java.util.stream.Stream;

import jakarta.persistence.QueryHint;
import org.hibernate.jpa.AvailableHints;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;

/**
 * A repository of Spring Data JPA.
 */
interface JpaItems extends JpaRepository<JpaItem, Long> {

	@Query("select count(i) from JpaItem i where i.id = :id")
	long countById(long id);

	@Query(value = "select id from many order by id", nativeQuery = true)
	@QueryHints(@QueryHint(name = AvailableHints.HINT_FETCH_SIZE, value = "100"))
	Stream<Long> streamMany();

}
