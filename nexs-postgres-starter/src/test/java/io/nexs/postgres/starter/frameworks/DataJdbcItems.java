package io.nexs.postgres.starter.frameworks;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.ListCrudRepository;

/**
 * A repository of Spring Data JDBC.
 */
interface DataJdbcItems extends ListCrudRepository<DataJdbcItem, Long> {

	@Query("select inet_server_port()")
	int port();

	@Query("select current_setting(:name)")
	String setting(String name);

	@Query("select count(*) from item where id = :id")
	long countById(long id);

	@Query("select id from item where id = :id for update")
	List<Long> lock(long id);

	@Query("select nextval('item_seq')")
	long next();

	@Query("select cast(pg_sleep(30) as text)")
	String sleep();

	@Query("select id from many order by id")
	Stream<Long> streamMany();

	@Query("select count(*) from pg_cursors where statement like 'select id from many%'")
	long cursors();

}
