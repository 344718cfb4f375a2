package io.nexs.postgres.routing;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;

import io.nexs.postgres.hook.HookParameter;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement of a {@link RoutedConnection}. Parameters go to the driver at once
 * and are remembered beside. A stream, or a value that belongs to a connection (an array,
 * a large object), cannot be sent a second time. Not thread-safe.
 *
 * @param <S> the JDBC type
 */
class RoutedPreparedStatement<S extends PreparedStatement> extends RoutedStatement<S> implements PreparedStatement {

	/** The first parameter, which most statements have. */
	private @Nullable SqlAction<? super S> parameter;

	/** All others, from the second on. */
	private @Nullable SqlAction<? super S> @Nullable [] parameters;

	private boolean boundOnce;

	RoutedPreparedStatement(RoutedConnection handle, String sql, StatementMaker<S> maker) throws SQLException {
		super(handle, sql, maker);
	}

	@Override
	String said() throws SQLException {
		return saidFor(sql());
	}

	/**
	 * The kind for meters: of a call it is always {@link StatementKind#CALL}.
	 */
	StatementKind kind(StatementKind kind) {
		return kind;
	}

	/**
	 * The driver may have to look the type up. Whether the connection is lost is looked
	 * at where that fails; else the next execution does, and binds again.
	 */
	final void bind(int index, SqlAction<? super S> parameter) throws SQLException {
		S statement = held();
		try {
			parameter.accept(statement);
		}
		catch (SQLException ex) {
			S other = settable();
			parameter.accept((other != statement) ? other : settableAfter(ex));
		}
		remember(index, parameter);
	}

	/**
	 * Binds what can be sent once only, so the connection must be known to be alive.
	 */
	private void bindOnce(SqlAction<? super S> parameter) throws SQLException {
		tryConnection();
		parameter.accept(settable());
		this.boundOnce = true;
	}

	private void bindObject(int index, @Nullable Object value, SqlAction<? super S> parameter) throws SQLException {
		if (value instanceof Array || value instanceof Blob || value instanceof Clob || value instanceof SQLXML
				|| value instanceof InputStream || value instanceof Reader || ParameterCopy.mayChange(value)) {
			bindOnce(parameter);
		}
		else {
			bind(index, parameter);
		}
	}

	final void bindByName(SqlAction<? super S> parameter) throws SQLException {
		bindOnce(parameter);
	}

	@SuppressWarnings("unchecked")
	private void remember(int index, SqlAction<? super S> parameter) {
		if (index == 1) {
			this.parameter = parameter;
			return;
		}
		int place = index - 2;
		@Nullable SqlAction<? super S>[] present = this.parameters;
		if (present == null) {
			present = (SqlAction<? super S>[]) new SqlAction<?>[Math.max(3, place + 1)];
		}
		else if (place >= present.length) {
			present = Arrays.copyOf(present, Math.max(present.length * 2, place + 1));
		}
		present[place] = parameter;
		this.parameters = present;
	}

	@Override
	boolean isRepeatable() {
		return super.isRepeatable() && !this.boundOnce;
	}

	@Override
	void bindAgain(S made) throws SQLException {
		apply(this.parameter, this.parameters, made);
	}

	/**
	 * Parameters that cannot be sent again are bound to the delegate already.
	 */
	@Override
	boolean mayFollow() {
		return maker().isForAnyText() && !this.boundOnce;
	}

	@Override
	S following(Connection connection, Preface first) throws SQLException {
		S made = maker().make(connection, first.join(said()));
		prepare(made);
		bindAgain(made);
		return made;
	}

	/**
	 * The statement, also of a batch.
	 */
	@Override
	final String batchText() {
		return sql();
	}

	/**
	 * Tells the parameters by binding them to a statement that writes them down.
	 */
	@Override
	public final List<List<HookParameter>> parameters() {
		ParameterNotes notes = new ParameterNotes();
		@SuppressWarnings("unchecked")
		S statement = (S) notes.statement();
		try {
			List<SqlAction<? super S>> entries = batch();
			if (entries == null) {
				return List.of();
			}
			for (SqlAction<? super S> entry : entries) {
				entry.accept(statement);
			}
			if (entries.isEmpty()) {
				bindAgain(statement);
				statement.addBatch();
			}
			return notes.entries();
		}
		catch (SQLException ex) {
			return List.of();
		}
	}

	private static <S> void apply(@Nullable SqlAction<? super S> first,
			@Nullable SqlAction<? super S> @Nullable [] parameters, S statement) throws SQLException {
		if (first != null) {
			first.accept(statement);
		}
		if (parameters == null) {
			return;
		}
		for (SqlAction<? super S> parameter : parameters) {
			if (parameter != null) {
				parameter.accept(statement);
			}
		}
	}

	@Override
	public void clearParameters() throws SQLException {
		this.parameter = null;
		this.parameters = null;
		this.boundOnce = false;
		settable().clearParameters();
	}

	@Override
	public void addBatch() throws SQLException {
		settable().addBatch();
		if (this.boundOnce) {
			forgetEntries();
		}
		SqlAction<? super S> first = this.parameter;
		@Nullable SqlAction<? super S> @Nullable [] others = (this.parameters != null) ? this.parameters.clone() : null;
		addToBatch((statement) -> {
			apply(first, others, statement);
			statement.addBatch();
		});
	}

	@Override
	public ResultSet executeQuery() throws SQLException {
		return run(kind(StatementKind.QUERY), sql(), FollowingCall.QUERY.prepared());
	}

	@Override
	public int executeUpdate() throws SQLException {
		return run(kind(StatementKind.UPDATE), sql(), FollowingCall.UPDATE.prepared());
	}

	@Override
	public void setNull(int index, int value) throws SQLException {
		bind(index, (statement) -> statement.setNull(index, value));
	}

	@Override
	public void setBoolean(int index, boolean value) throws SQLException {
		bind(index, (statement) -> statement.setBoolean(index, value));
	}

	@Override
	public void setByte(int index, byte value) throws SQLException {
		bind(index, (statement) -> statement.setByte(index, value));
	}

	@Override
	public void setShort(int index, short value) throws SQLException {
		bind(index, (statement) -> statement.setShort(index, value));
	}

	@Override
	public void setInt(int index, int value) throws SQLException {
		bind(index, (statement) -> statement.setInt(index, value));
	}

	@Override
	public void setLong(int index, long value) throws SQLException {
		bind(index, (statement) -> statement.setLong(index, value));
	}

	@Override
	public void setFloat(int index, float value) throws SQLException {
		bind(index, (statement) -> statement.setFloat(index, value));
	}

	@Override
	public void setDouble(int index, double value) throws SQLException {
		bind(index, (statement) -> statement.setDouble(index, value));
	}

	@Override
	public void setBigDecimal(int index, BigDecimal value) throws SQLException {
		bind(index, (statement) -> statement.setBigDecimal(index, value));
	}

	@Override
	public void setString(int index, String value) throws SQLException {
		bind(index, (statement) -> statement.setString(index, value));
	}

	@Override
	public void setBytes(int index, byte[] value) throws SQLException {
		byte[] copy = ParameterCopy.of(value);
		bind(index, (statement) -> statement.setBytes(index, copy));
	}

	@Override
	public void setDate(int index, Date value) throws SQLException {
		Date copy = ParameterCopy.of(value);
		bind(index, (statement) -> statement.setDate(index, copy));
	}

	@Override
	public void setTime(int index, Time value) throws SQLException {
		Time copy = ParameterCopy.of(value);
		bind(index, (statement) -> statement.setTime(index, copy));
	}

	@Override
	public void setTimestamp(int index, Timestamp value) throws SQLException {
		Timestamp copy = ParameterCopy.of(value);
		bind(index, (statement) -> statement.setTimestamp(index, copy));
	}

	@Override
	public void setAsciiStream(int index, InputStream value, int option) throws SQLException {
		bindOnce((statement) -> statement.setAsciiStream(index, value, option));
	}

	@Deprecated
	@Override
	public void setUnicodeStream(int index, InputStream value, int option) throws SQLException {
		bindOnce((statement) -> statement.setUnicodeStream(index, value, option));
	}

	@Override
	public void setBinaryStream(int index, InputStream value, int option) throws SQLException {
		bindOnce((statement) -> statement.setBinaryStream(index, value, option));
	}

	@Override
	public void setObject(int index, Object value, int option) throws SQLException {
		Object copy = ParameterCopy.of(value);
		bindObject(index, copy, (statement) -> statement.setObject(index, copy, option));
	}

	@Override
	public void setObject(int index, Object value) throws SQLException {
		Object copy = ParameterCopy.of(value);
		bindObject(index, copy, (statement) -> statement.setObject(index, copy));
	}

	@Override
	public boolean execute() throws SQLException {
		return run(kind(StatementKind.EXECUTE), sql(), FollowingCall.EXECUTE.prepared());
	}

	@Override
	public void setCharacterStream(int index, Reader value, int option) throws SQLException {
		bindOnce((statement) -> statement.setCharacterStream(index, value, option));
	}

	@Override
	public void setRef(int index, Ref value) throws SQLException {
		bindOnce((statement) -> statement.setRef(index, value));
	}

	@Override
	public void setBlob(int index, Blob value) throws SQLException {
		bindOnce((statement) -> statement.setBlob(index, value));
	}

	@Override
	public void setClob(int index, Clob value) throws SQLException {
		bindOnce((statement) -> statement.setClob(index, value));
	}

	@Override
	public void setArray(int index, Array value) throws SQLException {
		bindOnce((statement) -> statement.setArray(index, value));
	}

	@Override
	public ResultSetMetaData getMetaData() throws SQLException {
		return ask(PreparedStatement::getMetaData);
	}

	@Override
	public void setDate(int index, Date value, Calendar option) throws SQLException {
		Date copy = ParameterCopy.of(value);
		Calendar calendar = ParameterCopy.of(option);
		bind(index, (statement) -> statement.setDate(index, copy, calendar));
	}

	@Override
	public void setTime(int index, Time value, Calendar option) throws SQLException {
		Time copy = ParameterCopy.of(value);
		Calendar calendar = ParameterCopy.of(option);
		bind(index, (statement) -> statement.setTime(index, copy, calendar));
	}

	@Override
	public void setTimestamp(int index, Timestamp value, Calendar option) throws SQLException {
		Timestamp copy = ParameterCopy.of(value);
		Calendar calendar = ParameterCopy.of(option);
		bind(index, (statement) -> statement.setTimestamp(index, copy, calendar));
	}

	@Override
	public void setNull(int index, int value, String option) throws SQLException {
		bind(index, (statement) -> statement.setNull(index, value, option));
	}

	@Override
	public void setURL(int index, URL value) throws SQLException {
		bind(index, (statement) -> statement.setURL(index, value));
	}

	@Override
	public ParameterMetaData getParameterMetaData() throws SQLException {
		return ask(PreparedStatement::getParameterMetaData);
	}

	@Override
	public void setRowId(int index, RowId value) throws SQLException {
		bind(index, (statement) -> statement.setRowId(index, value));
	}

	@Override
	public void setNString(int index, String value) throws SQLException {
		bind(index, (statement) -> statement.setNString(index, value));
	}

	@Override
	public void setNCharacterStream(int index, Reader value, long option) throws SQLException {
		bindOnce((statement) -> statement.setNCharacterStream(index, value, option));
	}

	@Override
	public void setNClob(int index, NClob value) throws SQLException {
		bindOnce((statement) -> statement.setNClob(index, value));
	}

	@Override
	public void setClob(int index, Reader value, long option) throws SQLException {
		bindOnce((statement) -> statement.setClob(index, value, option));
	}

	@Override
	public void setBlob(int index, InputStream value, long option) throws SQLException {
		bindOnce((statement) -> statement.setBlob(index, value, option));
	}

	@Override
	public void setNClob(int index, Reader value, long option) throws SQLException {
		bindOnce((statement) -> statement.setNClob(index, value, option));
	}

	@Override
	public void setSQLXML(int index, SQLXML value) throws SQLException {
		bindOnce((statement) -> statement.setSQLXML(index, value));
	}

	@Override
	public void setObject(int index, Object value, int option, int scale) throws SQLException {
		Object copy = ParameterCopy.of(value);
		bindObject(index, copy, (statement) -> statement.setObject(index, copy, option, scale));
	}

	@Override
	public void setAsciiStream(int index, InputStream value, long option) throws SQLException {
		bindOnce((statement) -> statement.setAsciiStream(index, value, option));
	}

	@Override
	public void setBinaryStream(int index, InputStream value, long option) throws SQLException {
		bindOnce((statement) -> statement.setBinaryStream(index, value, option));
	}

	@Override
	public void setCharacterStream(int index, Reader value, long option) throws SQLException {
		bindOnce((statement) -> statement.setCharacterStream(index, value, option));
	}

	@Override
	public void setAsciiStream(int index, InputStream value) throws SQLException {
		bindOnce((statement) -> statement.setAsciiStream(index, value));
	}

	@Override
	public void setBinaryStream(int index, InputStream value) throws SQLException {
		bindOnce((statement) -> statement.setBinaryStream(index, value));
	}

	@Override
	public void setCharacterStream(int index, Reader value) throws SQLException {
		bindOnce((statement) -> statement.setCharacterStream(index, value));
	}

	@Override
	public void setNCharacterStream(int index, Reader value) throws SQLException {
		bindOnce((statement) -> statement.setNCharacterStream(index, value));
	}

	@Override
	public void setClob(int index, Reader value) throws SQLException {
		bindOnce((statement) -> statement.setClob(index, value));
	}

	@Override
	public void setBlob(int index, InputStream value) throws SQLException {
		bindOnce((statement) -> statement.setBlob(index, value));
	}

	@Override
	public void setNClob(int index, Reader value) throws SQLException {
		bindOnce((statement) -> statement.setNClob(index, value));
	}

	@Override
	public void setObject(int index, Object value, SQLType option, int scale) throws SQLException {
		Object copy = ParameterCopy.of(value);
		bindObject(index, copy, (statement) -> statement.setObject(index, copy, option, scale));
	}

	@Override
	public void setObject(int index, Object value, SQLType option) throws SQLException {
		Object copy = ParameterCopy.of(value);
		bindObject(index, copy, (statement) -> statement.setObject(index, copy, option));
	}

	@Override
	public long executeLargeUpdate() throws SQLException {
		return run(kind(StatementKind.UPDATE), sql(), FollowingCall.LARGE_UPDATE.prepared());
	}

}
