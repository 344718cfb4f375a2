package io.nexs.postgres.starter.frameworks;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * A repository with nothing of its own.
 */
interface JpaServers extends JpaRepository<JpaServer, Integer> {

}
