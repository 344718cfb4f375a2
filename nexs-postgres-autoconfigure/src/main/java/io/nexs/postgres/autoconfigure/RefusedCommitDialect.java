package io.nexs.postgres.autoconfigure;

import java.sql.SQLException;

import io.nexs.postgres.hook.HookVetoException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.ConnectionHandle;
import org.springframework.orm.jpa.JpaDialect;
import org.springframework.transaction.TransactionDefinition;

/**
 * Finds the refusal of a hook among the causes of what JPA throws. A COMMIT that is
 * refused comes back from Hibernate within exceptions of its own.
 */
final class RefusedCommitDialect implements JpaDialect {

	private final JpaDialect delegate;

	RefusedCommitDialect(JpaDialect delegate) {
		this.delegate = delegate;
	}

	@Override
	public @Nullable DataAccessException translateExceptionIfPossible(RuntimeException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof HookVetoException veto) {
				return veto;
			}
		}
		return this.delegate.translateExceptionIfPossible(ex);
	}

	@Override
	public @Nullable Object beginTransaction(EntityManager entityManager, TransactionDefinition definition)
			throws SQLException {
		return this.delegate.beginTransaction(entityManager, definition);
	}

	@Override
	public @Nullable Object prepareTransaction(EntityManager entityManager, boolean readOnly, @Nullable String name)
			throws PersistenceException {
		return this.delegate.prepareTransaction(entityManager, readOnly, name);
	}

	@Override
	public void cleanupTransaction(@Nullable Object transactionData) {
		this.delegate.cleanupTransaction(transactionData);
	}

	@Override
	public @Nullable ConnectionHandle getJdbcConnection(EntityManager entityManager, boolean readOnly)
			throws SQLException {
		return this.delegate.getJdbcConnection(entityManager, readOnly);
	}

	@Override
	public void releaseJdbcConnection(ConnectionHandle handle, EntityManager entityManager) throws SQLException {
		this.delegate.releaseJdbcConnection(handle, entityManager);
	}

}
