package io.nexs.postgres.routing;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/**
 * A call of a {@link RoutedConnection}. OUT parameters are registered again on another
 * connection; parameters by name are not. Not thread-safe.
 */
final class RoutedCallableStatement extends RoutedPreparedStatement<CallableStatement> implements CallableStatement {

	RoutedCallableStatement(RoutedConnection handle, String sql, StatementMaker<CallableStatement> maker)
			throws SQLException {
		super(handle, sql, maker);
	}

	/**
	 * The driver looks for the braces of a call.
	 */
	@Override
	String said() {
		return sql();
	}

	@Override
	StatementKind kind(StatementKind kind) {
		return StatementKind.CALL;
	}

	@Override
	public void registerOutParameter(int index, int value) throws SQLException {
		set("out." + index, (statement) -> statement.registerOutParameter(index, value));
	}

	@Override
	public void registerOutParameter(int index, int value, int option) throws SQLException {
		set("out." + index, (statement) -> statement.registerOutParameter(index, value, option));
	}

	@Override
	public boolean wasNull() throws SQLException {
		return delegate().wasNull();
	}

	@Override
	public String getString(int index) throws SQLException {
		return delegate().getString(index);
	}

	@Override
	public boolean getBoolean(int index) throws SQLException {
		return delegate().getBoolean(index);
	}

	@Override
	public byte getByte(int index) throws SQLException {
		return delegate().getByte(index);
	}

	@Override
	public short getShort(int index) throws SQLException {
		return delegate().getShort(index);
	}

	@Override
	public int getInt(int index) throws SQLException {
		return delegate().getInt(index);
	}

	@Override
	public long getLong(int index) throws SQLException {
		return delegate().getLong(index);
	}

	@Override
	public float getFloat(int index) throws SQLException {
		return delegate().getFloat(index);
	}

	@Override
	public double getDouble(int index) throws SQLException {
		return delegate().getDouble(index);
	}

	@Deprecated
	@Override
	public BigDecimal getBigDecimal(int index, int value) throws SQLException {
		return delegate().getBigDecimal(index, value);
	}

	@Override
	public byte[] getBytes(int index) throws SQLException {
		return delegate().getBytes(index);
	}

	@Override
	public Date getDate(int index) throws SQLException {
		return delegate().getDate(index);
	}

	@Override
	public Time getTime(int index) throws SQLException {
		return delegate().getTime(index);
	}

	@Override
	public Timestamp getTimestamp(int index) throws SQLException {
		return delegate().getTimestamp(index);
	}

	@Override
	public Object getObject(int index) throws SQLException {
		return delegate().getObject(index);
	}

	@Override
	public BigDecimal getBigDecimal(int index) throws SQLException {
		return delegate().getBigDecimal(index);
	}

	@Override
	public Object getObject(int index, Map<String, Class<?>> value) throws SQLException {
		return delegate().getObject(index, value);
	}

	@Override
	public Ref getRef(int index) throws SQLException {
		return delegate().getRef(index);
	}

	@Override
	public Blob getBlob(int index) throws SQLException {
		return delegate().getBlob(index);
	}

	@Override
	public Clob getClob(int index) throws SQLException {
		return delegate().getClob(index);
	}

	@Override
	public Array getArray(int index) throws SQLException {
		return delegate().getArray(index);
	}

	@Override
	public Date getDate(int index, Calendar value) throws SQLException {
		return delegate().getDate(index, value);
	}

	@Override
	public Time getTime(int index, Calendar value) throws SQLException {
		return delegate().getTime(index, value);
	}

	@Override
	public Timestamp getTimestamp(int index, Calendar value) throws SQLException {
		return delegate().getTimestamp(index, value);
	}

	@Override
	public void registerOutParameter(int index, int value, String option) throws SQLException {
		set("out." + index, (statement) -> statement.registerOutParameter(index, value, option));
	}

	@Override
	public void registerOutParameter(String name, int value) throws SQLException {
		set("out." + name, (statement) -> statement.registerOutParameter(name, value));
	}

	@Override
	public void registerOutParameter(String name, int value, int option) throws SQLException {
		set("out." + name, (statement) -> statement.registerOutParameter(name, value, option));
	}

	@Override
	public void registerOutParameter(String name, int value, String option) throws SQLException {
		set("out." + name, (statement) -> statement.registerOutParameter(name, value, option));
	}

	@Override
	public URL getURL(int index) throws SQLException {
		return delegate().getURL(index);
	}

	@Override
	public void setURL(String name, URL value) throws SQLException {
		bindByName((statement) -> statement.setURL(name, value));
	}

	@Override
	public void setNull(String name, int value) throws SQLException {
		bindByName((statement) -> statement.setNull(name, value));
	}

	@Override
	public void setBoolean(String name, boolean value) throws SQLException {
		bindByName((statement) -> statement.setBoolean(name, value));
	}

	@Override
	public void setByte(String name, byte value) throws SQLException {
		bindByName((statement) -> statement.setByte(name, value));
	}

	@Override
	public void setShort(String name, short value) throws SQLException {
		bindByName((statement) -> statement.setShort(name, value));
	}

	@Override
	public void setInt(String name, int value) throws SQLException {
		bindByName((statement) -> statement.setInt(name, value));
	}

	@Override
	public void setLong(String name, long value) throws SQLException {
		bindByName((statement) -> statement.setLong(name, value));
	}

	@Override
	public void setFloat(String name, float value) throws SQLException {
		bindByName((statement) -> statement.setFloat(name, value));
	}

	@Override
	public void setDouble(String name, double value) throws SQLException {
		bindByName((statement) -> statement.setDouble(name, value));
	}

	@Override
	public void setBigDecimal(String name, BigDecimal value) throws SQLException {
		bindByName((statement) -> statement.setBigDecimal(name, value));
	}

	@Override
	public void setString(String name, String value) throws SQLException {
		bindByName((statement) -> statement.setString(name, value));
	}

	@Override
	public void setBytes(String name, byte[] value) throws SQLException {
		bindByName((statement) -> statement.setBytes(name, value));
	}

	@Override
	public void setDate(String name, Date value) throws SQLException {
		bindByName((statement) -> statement.setDate(name, value));
	}

	@Override
	public void setTime(String name, Time value) throws SQLException {
		bindByName((statement) -> statement.setTime(name, value));
	}

	@Override
	public void setTimestamp(String name, Timestamp value) throws SQLException {
		bindByName((statement) -> statement.setTimestamp(name, value));
	}

	@Override
	public void setAsciiStream(String name, InputStream value, int option) throws SQLException {
		bindByName((statement) -> statement.setAsciiStream(name, value, option));
	}

	@Override
	public void setBinaryStream(String name, InputStream value, int option) throws SQLException {
		bindByName((statement) -> statement.setBinaryStream(name, value, option));
	}

	@Override
	public void setObject(String name, Object value, int option, int scale) throws SQLException {
		bindByName((statement) -> statement.setObject(name, value, option, scale));
	}

	@Override
	public void setObject(String name, Object value, int option) throws SQLException {
		bindByName((statement) -> statement.setObject(name, value, option));
	}

	@Override
	public void setObject(String name, Object value) throws SQLException {
		bindByName((statement) -> statement.setObject(name, value));
	}

	@Override
	public void setCharacterStream(String name, Reader value, int option) throws SQLException {
		bindByName((statement) -> statement.setCharacterStream(name, value, option));
	}

	@Override
	public void setDate(String name, Date value, Calendar option) throws SQLException {
		bindByName((statement) -> statement.setDate(name, value, option));
	}

	@Override
	public void setTime(String name, Time value, Calendar option) throws SQLException {
		bindByName((statement) -> statement.setTime(name, value, option));
	}

	@Override
	public void setTimestamp(String name, Timestamp value, Calendar option) throws SQLException {
		bindByName((statement) -> statement.setTimestamp(name, value, option));
	}

	@Override
	public void setNull(String name, int value, String option) throws SQLException {
		bindByName((statement) -> statement.setNull(name, value, option));
	}

	@Override
	public String getString(String name) throws SQLException {
		return delegate().getString(name);
	}

	@Override
	public boolean getBoolean(String name) throws SQLException {
		return delegate().getBoolean(name);
	}

	@Override
	public byte getByte(String name) throws SQLException {
		return delegate().getByte(name);
	}

	@Override
	public short getShort(String name) throws SQLException {
		return delegate().getShort(name);
	}

	@Override
	public int getInt(String name) throws SQLException {
		return delegate().getInt(name);
	}

	@Override
	public long getLong(String name) throws SQLException {
		return delegate().getLong(name);
	}

	@Override
	public float getFloat(String name) throws SQLException {
		return delegate().getFloat(name);
	}

	@Override
	public double getDouble(String name) throws SQLException {
		return delegate().getDouble(name);
	}

	@Override
	public byte[] getBytes(String name) throws SQLException {
		return delegate().getBytes(name);
	}

	@Override
	public Date getDate(String name) throws SQLException {
		return delegate().getDate(name);
	}

	@Override
	public Time getTime(String name) throws SQLException {
		return delegate().getTime(name);
	}

	@Override
	public Timestamp getTimestamp(String name) throws SQLException {
		return delegate().getTimestamp(name);
	}

	@Override
	public Object getObject(String name) throws SQLException {
		return delegate().getObject(name);
	}

	@Override
	public BigDecimal getBigDecimal(String name) throws SQLException {
		return delegate().getBigDecimal(name);
	}

	@Override
	public Object getObject(String name, Map<String, Class<?>> value) throws SQLException {
		return delegate().getObject(name, value);
	}

	@Override
	public Ref getRef(String name) throws SQLException {
		return delegate().getRef(name);
	}

	@Override
	public Blob getBlob(String name) throws SQLException {
		return delegate().getBlob(name);
	}

	@Override
	public Clob getClob(String name) throws SQLException {
		return delegate().getClob(name);
	}

	@Override
	public Array getArray(String name) throws SQLException {
		return delegate().getArray(name);
	}

	@Override
	public Date getDate(String name, Calendar value) throws SQLException {
		return delegate().getDate(name, value);
	}

	@Override
	public Time getTime(String name, Calendar value) throws SQLException {
		return delegate().getTime(name, value);
	}

	@Override
	public Timestamp getTimestamp(String name, Calendar value) throws SQLException {
		return delegate().getTimestamp(name, value);
	}

	@Override
	public URL getURL(String name) throws SQLException {
		return delegate().getURL(name);
	}

	@Override
	public RowId getRowId(int index) throws SQLException {
		return delegate().getRowId(index);
	}

	@Override
	public RowId getRowId(String name) throws SQLException {
		return delegate().getRowId(name);
	}

	@Override
	public void setRowId(String name, RowId value) throws SQLException {
		bindByName((statement) -> statement.setRowId(name, value));
	}

	@Override
	public void setNString(String name, String value) throws SQLException {
		bindByName((statement) -> statement.setNString(name, value));
	}

	@Override
	public void setNCharacterStream(String name, Reader value, long option) throws SQLException {
		bindByName((statement) -> statement.setNCharacterStream(name, value, option));
	}

	@Override
	public void setNClob(String name, NClob value) throws SQLException {
		bindByName((statement) -> statement.setNClob(name, value));
	}

	@Override
	public void setClob(String name, Reader value, long option) throws SQLException {
		bindByName((statement) -> statement.setClob(name, value, option));
	}

	@Override
	public void setBlob(String name, InputStream value, long option) throws SQLException {
		bindByName((statement) -> statement.setBlob(name, value, option));
	}

	@Override
	public void setNClob(String name, Reader value, long option) throws SQLException {
		bindByName((statement) -> statement.setNClob(name, value, option));
	}

	@Override
	public NClob getNClob(int index) throws SQLException {
		return delegate().getNClob(index);
	}

	@Override
	public NClob getNClob(String name) throws SQLException {
		return delegate().getNClob(name);
	}

	@Override
	public void setSQLXML(String name, SQLXML value) throws SQLException {
		bindByName((statement) -> statement.setSQLXML(name, value));
	}

	@Override
	public SQLXML getSQLXML(int index) throws SQLException {
		return delegate().getSQLXML(index);
	}

	@Override
	public SQLXML getSQLXML(String name) throws SQLException {
		return delegate().getSQLXML(name);
	}

	@Override
	public String getNString(int index) throws SQLException {
		return delegate().getNString(index);
	}

	@Override
	public String getNString(String name) throws SQLException {
		return delegate().getNString(name);
	}

	@Override
	public Reader getNCharacterStream(int index) throws SQLException {
		return delegate().getNCharacterStream(index);
	}

	@Override
	public Reader getNCharacterStream(String name) throws SQLException {
		return delegate().getNCharacterStream(name);
	}

	@Override
	public Reader getCharacterStream(int index) throws SQLException {
		return delegate().getCharacterStream(index);
	}

	@Override
	public Reader getCharacterStream(String name) throws SQLException {
		return delegate().getCharacterStream(name);
	}

	@Override
	public void setBlob(String name, Blob value) throws SQLException {
		bindByName((statement) -> statement.setBlob(name, value));
	}

	@Override
	public void setClob(String name, Clob value) throws SQLException {
		bindByName((statement) -> statement.setClob(name, value));
	}

	@Override
	public void setAsciiStream(String name, InputStream value, long option) throws SQLException {
		bindByName((statement) -> statement.setAsciiStream(name, value, option));
	}

	@Override
	public void setBinaryStream(String name, InputStream value, long option) throws SQLException {
		bindByName((statement) -> statement.setBinaryStream(name, value, option));
	}

	@Override
	public void setCharacterStream(String name, Reader value, long option) throws SQLException {
		bindByName((statement) -> statement.setCharacterStream(name, value, option));
	}

	@Override
	public void setAsciiStream(String name, InputStream value) throws SQLException {
		bindByName((statement) -> statement.setAsciiStream(name, value));
	}

	@Override
	public void setBinaryStream(String name, InputStream value) throws SQLException {
		bindByName((statement) -> statement.setBinaryStream(name, value));
	}

	@Override
	public void setCharacterStream(String name, Reader value) throws SQLException {
		bindByName((statement) -> statement.setCharacterStream(name, value));
	}

	@Override
	public void setNCharacterStream(String name, Reader value) throws SQLException {
		bindByName((statement) -> statement.setNCharacterStream(name, value));
	}

	@Override
	public void setClob(String name, Reader value) throws SQLException {
		bindByName((statement) -> statement.setClob(name, value));
	}

	@Override
	public void setBlob(String name, InputStream value) throws SQLException {
		bindByName((statement) -> statement.setBlob(name, value));
	}

	@Override
	public void setNClob(String name, Reader value) throws SQLException {
		bindByName((statement) -> statement.setNClob(name, value));
	}

	@Override
	public void setObject(String name, Object value, SQLType option, int scale) throws SQLException {
		bindByName((statement) -> statement.setObject(name, value, option, scale));
	}

	@Override
	public void setObject(String name, Object value, SQLType option) throws SQLException {
		bindByName((statement) -> statement.setObject(name, value, option));
	}

	@Override
	public void registerOutParameter(int index, SQLType value) throws SQLException {
		set("out." + index, (statement) -> statement.registerOutParameter(index, value));
	}

	@Override
	public void registerOutParameter(int index, SQLType value, int option) throws SQLException {
		set("out." + index, (statement) -> statement.registerOutParameter(index, value, option));
	}

	@Override
	public void registerOutParameter(int index, SQLType value, String option) throws SQLException {
		set("out." + index, (statement) -> statement.registerOutParameter(index, value, option));
	}

	@Override
	public void registerOutParameter(String name, SQLType value) throws SQLException {
		set("out." + name, (statement) -> statement.registerOutParameter(name, value));
	}

	@Override
	public void registerOutParameter(String name, SQLType value, int option) throws SQLException {
		set("out." + name, (statement) -> statement.registerOutParameter(name, value, option));
	}

	@Override
	public void registerOutParameter(String name, SQLType value, String option) throws SQLException {
		set("out." + name, (statement) -> statement.registerOutParameter(name, value, option));
	}

	@Override
	public <T> T getObject(int index, Class<T> type) throws SQLException {
		return delegate().getObject(index, type);
	}

	@Override
	public <T> T getObject(String name, Class<T> type) throws SQLException {
		return delegate().getObject(name, type);
	}

}
