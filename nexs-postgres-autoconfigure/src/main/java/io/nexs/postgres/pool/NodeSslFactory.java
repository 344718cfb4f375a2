package io.nexs.postgres.pool;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Properties;

import org.postgresql.ssl.LibPQFactory;
import org.postgresql.util.PSQLException;

/**
 * TLS as the driver does it by itself. It names this class in its property
 * {@code sslfactory}, unless the user names another one; what is made here is remembered,
 * so that the certificate of the server can be looked at. Thread-safe.
 */
public final class NodeSslFactory extends LibPQFactory {

	/**
	 * Called by the driver.
	 * @param properties those of the connection
	 * @throws PSQLException if a file named in them cannot be used
	 */
	public NodeSslFactory(Properties properties) throws PSQLException {
		super(properties);
	}

	@Override
	public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
		Socket secured = super.createSocket(socket, host, port, autoClose);
		NodeSocketFactory.secured(secured);
		return secured;
	}

	/**
	 * The driver makes a class named to it by reflection, and then says no more than that
	 * this failed.
	 * @param failure what the driver threw
	 * @return what was wrong
	 */
	static SQLException reason(SQLException failure) {
		return (failure.getCause() instanceof InvocationTargetException made
				&& made.getCause() instanceof PSQLException reason) ? reason : failure;
	}

}
