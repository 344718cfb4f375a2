package io.nexs.sample.example.hooks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;

import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Writes down each payment in the same transaction, so that both stay or neither does.
 */
@Component
@Order(3)
class Trail implements DatabaseHook {

	private static final String INSERT = "insert into example_trail (payment_sql, rows, node) values (?, ?, ?)";

	@Override
	public Set<HookPoint> points() {
		return EnumSet.of(HookPoint.EXEC);
	}

	@Override
	public boolean supports(HookContext context) {
		return Payments.isInsert(context);
	}

	@Override
	public void after(HookContext context) {
		Connection connection = context.connection();
		if (context.failure() != null || connection == null) {
			return;
		}
		try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
			statement.setString(1, context.sql());
			statement.setLong(2, context.rows());
			statement.setString(3, context.node());
			statement.executeUpdate();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("A payment has no entry", ex);
		}
	}

}
