package io.nexs.postgres.starter.frameworks;

import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

/**
 * Transactions as an application declares them. A bean, so that each call passes the
 * proxy of Spring.
 */
class Transactions {

	@Transactional
	<T> T write(Supplier<T> work) {
		return work.get();
	}

	@Transactional(readOnly = true)
	<T> T read(Supplier<T> work) {
		return work.get();
	}

	@Transactional(propagation = Propagation.REQUIRES_NEW)
	<T> T newWrite(Supplier<T> work) {
		return work.get();
	}

	@Transactional(propagation = Propagation.REQUIRES_NEW, readOnly = true)
	<T> T newRead(Supplier<T> work) {
		return work.get();
	}

	@Transactional(propagation = Propagation.NESTED)
	<T> T nested(Supplier<T> work) {
		return work.get();
	}

	@Transactional(propagation = Propagation.SUPPORTS, readOnly = true)
	<T> T supports(Supplier<T> work) {
		return work.get();
	}

	@Transactional(propagation = Propagation.NOT_SUPPORTED)
	<T> T notSupported(Supplier<T> work) {
		return work.get();
	}

	@Transactional(propagation = Propagation.MANDATORY)
	<T> T mandatory(Supplier<T> work) {
		return work.get();
	}

	@Transactional(propagation = Propagation.NEVER)
	<T> T never(Supplier<T> work) {
		return work.get();
	}

	@Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
	<T> T repeatableRead(Supplier<T> work) {
		return work.get();
	}

	@Transactional(readOnly = true, isolation = Isolation.SERIALIZABLE)
	<T> T serializableRead(Supplier<T> work) {
		return work.get();
	}

	@Transactional(isolation = Isolation.SERIALIZABLE)
	<T> T serializable(Supplier<T> work) {
		return work.get();
	}

	@Transactional(timeout = 1)
	<T> T shortWrite(Supplier<T> work) {
		return work.get();
	}

	@Transactional(timeout = 1, readOnly = true)
	<T> T shortRead(Supplier<T> work) {
		return work.get();
	}

	@Transactional
	<T> T checked(Callable<T> work) throws Exception {
		return work.call();
	}

	@Transactional(rollbackFor = Exception.class)
	<T> T checkedRollback(Callable<T> work) throws Exception {
		return work.call();
	}

	@Transactional
	void rollbackOnly() {
		TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
	}

}
