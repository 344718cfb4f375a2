package io.nexs.sample.example.hooks;

import java.util.List;

import io.nexs.postgres.hook.HookVetoException;
import io.nexs.sample.example.Example;
import io.nexs.sample.example.Steps;

import org.springframework.stereotype.Component;

/**
 * Three hooks around payments: one refuses, one times, one writes them down.
 */
@Component
class HooksExample implements Example {

	private final Payments payments;

	private final Stopwatch stopwatch;

	HooksExample(Payments payments, Stopwatch stopwatch) {
		this.payments = payments;
		this.stopwatch = stopwatch;
	}

	@Override
	public String name() {
		return "hooks";
	}

	@Override
	public String shows() {
		return "a hook that refuses, one that times, one that writes a trail in the same transaction";
	}

	@Override
	public void run(Steps steps) throws Exception {
		this.payments.clear();
		this.stopwatch.timings().clear();
		try {
			steps.run("A payment, and its entry in the trail", () -> {
				this.payments.pay("9.90");
				return this.payments.ledger();
			});
			steps.fails("A payment that a hook refuses", HookVetoException.class, () -> this.payments.pay("-1"));
			steps.fails("A payment whose transaction is rolled back", IllegalStateException.class,
					() -> this.payments.payAndFail("5.00"));
			steps.run("Neither of them left a payment or an entry", this.payments::ledger);
			steps.run("What the stopwatch saw", () -> List.copyOf(this.stopwatch.timings()));
		}
		finally {
			this.payments.clear();
			this.stopwatch.timings().clear();
		}
	}

}
