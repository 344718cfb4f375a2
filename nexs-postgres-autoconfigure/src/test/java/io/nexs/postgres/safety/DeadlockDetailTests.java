package io.nexs.postgres.safety;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is read of the words of a server.
 */
class DeadlockDetailTests {

	@Test
	void detailWhenInEnglishIsARing() {
		assertThat(DeadlockDetail.parse("""
				Process 101 waits for ShareLock on transaction 4711; blocked by process 102.
				Process 102 waits for AccessExclusiveLock on tuple (0,7) of relation 16390 of database 5; \
				blocked by process 103.
				Process 103 waits for ExclusiveLock on advisory lock [5,0,4711,1]; blocked by process 101."""))
			.containsExactly(new DeadlockEdge(101, "ShareLock on transaction", 102),
					new DeadlockEdge(102, "AccessExclusiveLock on tuple", 103),
					new DeadlockEdge(103, "ExclusiveLock on advisory lock", 101));
	}

	@Test
	void detailWhenInAnotherLanguageIsTheRingOfItsNumbers() {
		assertThat(DeadlockDetail.parse("""
				Prozess 101 wartet auf ShareLock-Sperre auf Transaktion 9999999999; blockiert von Prozess 102.
				Prozess 102 wartet auf ShareLock-Sperre auf Transaktion 4712; blockiert von Prozess 101."""))
			.containsExactly(new DeadlockEdge(101, "", 102), new DeadlockEdge(102, "", 101));
	}

	@Test
	void detailWhenItIsNoRingIsNothing() {
		assertThat(DeadlockDetail.parse(null)).isEmpty();
		assertThat(DeadlockDetail.parse("User transaction caused buffer deadlock with recovery.")).isEmpty();
		assertThat(DeadlockDetail.parse("Key (secret)=(4711) and 12 more")).isEmpty();
		assertThat(DeadlockDetail.parse("Process 1 waits for ShareLock on transaction 4; blocked by process 2."))
			.isEmpty();
		assertThat(DeadlockDetail.parse("9999999999 and 9999999999")).isEmpty();
	}

}
