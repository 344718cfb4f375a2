package io.nexs.postgres.pool;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOperation;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.ByteStreamWriter;

/**
 * The driver's COPY with hooks called around it. All its other methods come down to the
 * two here.
 */
final class HookedCopyManager extends CopyManager {

	private final CopyHooks hooks;

	HookedCopyManager(BaseConnection connection, CopyHooks hooks) throws SQLException {
		super(connection);
		this.hooks = hooks;
	}

	@Override
	public CopyIn copyIn(String sql) throws SQLException {
		CopyHooks.Copy copy = this.hooks.begin(sql);
		return new HookedCopyIn(copy.begun(copy.step(() -> super.copyIn(sql))), copy);
	}

	@Override
	public CopyOut copyOut(String sql) throws SQLException {
		CopyHooks.Copy copy = this.hooks.begin(sql);
		return new HookedCopyOut(copy.begun(copy.step(() -> super.copyOut(sql))), copy);
	}

	/**
	 * What both directions have in common.
	 */
	private abstract static class HookedCopy implements CopyOperation {

		private final CopyOperation delegate;

		final CopyHooks.Copy copy;

		HookedCopy(CopyOperation delegate, CopyHooks.Copy copy) {
			this.delegate = delegate;
			this.copy = copy;
		}

		@Override
		public int getFieldCount() {
			return this.delegate.getFieldCount();
		}

		@Override
		public int getFormat() {
			return this.delegate.getFormat();
		}

		@Override
		public int getFieldFormat(int field) {
			return this.delegate.getFieldFormat(field);
		}

		@Override
		public boolean isActive() {
			return this.delegate.isActive();
		}

		@Override
		public void cancelCopy() throws SQLException {
			this.copy.act(this.delegate::cancelCopy);
			this.copy.failed(new SQLException("COPY was cancelled by the application", "57014"));
		}

		@Override
		public long getHandledRowCount() {
			return this.delegate.getHandledRowCount();
		}

	}

	/**
	 * COPY FROM.
	 */
	private static final class HookedCopyIn extends HookedCopy implements CopyIn {

		private final CopyIn delegate;

		HookedCopyIn(CopyIn delegate, CopyHooks.Copy copy) {
			super(delegate, copy);
			this.delegate = delegate;
		}

		@Override
		public void writeToCopy(byte[] bytes, int offset, int size) throws SQLException {
			this.copy.send(this.delegate, () -> this.delegate.writeToCopy(bytes, offset, size));
		}

		@Override
		public void writeToCopy(ByteStreamWriter from) throws SQLException {
			this.copy.send(this.delegate, () -> this.delegate.writeToCopy(from));
		}

		@Override
		public void flushCopy() throws SQLException {
			this.copy.act(this.delegate::flushCopy);
		}

		@Override
		public long endCopy() throws SQLException {
			long rows = this.copy.step(this.delegate::endCopy);
			this.copy.returned(rows);
			return rows;
		}

	}

	/**
	 * COPY TO.
	 */
	private static final class HookedCopyOut extends HookedCopy implements CopyOut {

		private final CopyOut delegate;

		HookedCopyOut(CopyOut delegate, CopyHooks.Copy copy) {
			super(delegate, copy);
			this.delegate = delegate;
		}

		@Override
		public byte @Nullable [] readFromCopy() throws SQLException {
			return readFromCopy(true);
		}

		@Override
		public byte @Nullable [] readFromCopy(boolean block) throws SQLException {
			byte[] row = this.copy.step(() -> this.delegate.readFromCopy(block));
			if (row == null && !this.delegate.isActive()) {
				this.copy.returned(this.delegate.getHandledRowCount());
			}
			return row;
		}

	}

}
