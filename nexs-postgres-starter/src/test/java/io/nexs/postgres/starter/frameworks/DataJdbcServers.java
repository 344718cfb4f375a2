package io.nexs.postgres.starter.frameworks;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.ListCrudRepository;

/**
 * A repository with nothing of its own.
 */
interface DataJdbcServers extends ListCrudRepository<DataJdbcServers.Server, Integer> {

	/**
	 * The row of the view that names the server that answers.
	 */
	@Table("server")
	record Server(@Id int id, int port) {

	}

}
