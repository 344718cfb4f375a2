package io.nexs.sample.example.basic;

import java.util.List;

import io.nexs.postgres.routing.ReadRouting;
import io.nexs.sample.example.Example;
import io.nexs.sample.example.Steps;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/**
 * What every application does.
 */
@Component
class BasicExample implements Example {

	private final Items items;

	BasicExample(Items items) {
		this.items = items;
	}

	@Override
	public String name() {
		return "basic";
	}

	@Override
	public String shows() {
		return "queries, parameters, a prepared statement, a transaction that is rolled back";
	}

	@Override
	public void run(Steps steps) throws Exception {
		this.items.clear();
		try {
			steps.run("A query in a read-only transaction", this.items::hello);
			long book = steps.run("An insert with parameters", () -> this.items.add("book", "9.90"));
			long lamp = steps.run("And another one", () -> this.items.add("lamp", "49.00"));
			steps.run("A read that has to see them, so from the primary: prices up to 10",
					() -> ReadRouting.onPrimary(() -> this.items.upTo("10")));
			steps.run("A prepared statement of plain JDBC, executed twice",
					() -> this.items.names(List.of(book, lamp)));
			steps.fails("Two inserts in one transaction, of which the database refuses the second",
					DataIntegrityViolationException.class, () -> this.items.addBoth("pen", "2.50", "debt", "-1"));
			steps.run("The first of the two is gone: prices up to 100",
					() -> ReadRouting.onPrimary(() -> this.items.upTo("100")));
		}
		finally {
			this.items.clear();
		}
	}

}
