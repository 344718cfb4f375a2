package io.nexs.postgres.starter.neighbours.slices;

import io.nexs.postgres.embedded.EmbeddedCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jpa.test.autoconfigure.TestEntityManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @DataJpaTest} on the embedded cluster.
 */
@DataJpaTest(properties = { "nexs.db.embedded.replicas=1", "spring.liquibase.enabled=false",
		"spring.jpa.hibernate.ddl-auto=create" })
class DataJpaSliceTests {

	@Autowired
	private Things things;

	@Autowired
	private TestEntityManager entityManager;

	@Autowired
	private EmbeddedCluster cluster;

	@ParameterizedTest
	@ValueSource(longs = { 1, 2 })
	void testWhenItWritesIsOnThePrimaryAndRolledBack(long id) {
		assertThat(this.cluster.replicas()).hasSize(1);
		assertThat(this.things.findAll()).isEmpty();
		this.entityManager.persistAndFlush(new Thing(id));
		this.entityManager.clear();
		assertThat(this.things.findAll()).extracting(Thing::getId).containsExactly(id);
		assertThat(this.things.isOnReplica()).isFalse();
	}

	@Test
	@Transactional(propagation = Propagation.NOT_SUPPORTED)
	void repositoryWhenTheTestHasNoTransactionReadsFromTheReplica() {
		assertThat(this.things.isOnReplica()).isTrue();
	}

}
