package io.nexs.sample.example.hooks;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Set;

import io.nexs.postgres.hook.DatabaseHook;
import io.nexs.postgres.hook.HookContext;
import io.nexs.postgres.hook.HookPoint;
import io.nexs.postgres.hook.HookVetoException;

import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Refuses payments of less than nothing before the database sees them.
 */
@Component
@Order(1)
class RefuseNegative implements DatabaseHook {

	@Override
	public Set<HookPoint> points() {
		return EnumSet.of(HookPoint.EXEC);
	}

	@Override
	public boolean supports(HookContext context) {
		return Payments.isInsert(context);
	}

	@Override
	public void before(HookContext context) {
		boolean negative = context.parameters()
			.stream()
			.anyMatch((parameter) -> parameter.value() instanceof BigDecimal amount && amount.signum() < 0);
		if (negative) {
			throw new HookVetoException("a payment is not negative");
		}
	}

}
