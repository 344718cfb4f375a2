package io.nexs.sample.example.basic;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Items, by the client of Spring and by plain JDBC.
 */
@Service
class Items {

	private final JdbcClient jdbc;

	private final DataSource dataSource;

	Items(JdbcClient jdbc, DataSource dataSource) {
		this.jdbc = jdbc;
		this.dataSource = dataSource;
	}

	@Transactional(readOnly = true)
	String hello() {
		return this.jdbc.sql("select 'Hello, nexs-postgres!'").query(String.class).single();
	}

	@Transactional
	long add(String name, String price) {
		return this.jdbc.sql("insert into example_item (name, price) values (:name, :price) returning id")
			.param("name", name)
			.param("price", new BigDecimal(price))
			.query(Long.class)
			.single();
	}

	@Transactional(readOnly = true)
	List<Item> upTo(String price) {
		return this.jdbc.sql("select id, name, price from example_item where price <= :price order by price")
			.param("price", new BigDecimal(price))
			.query(new DataClassRowMapper<>(Item.class))
			.list();
	}

	/**
	 * Nothing of it stays if the second price is refused.
	 */
	@Transactional
	void addBoth(String name, String price, String otherName, String otherPrice) {
		add(name, price);
		add(otherName, otherPrice);
	}

	/**
	 * One statement, prepared once and executed for each number.
	 */
	List<String> names(List<Long> ids) throws SQLException {
		List<String> names = new ArrayList<>();
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection
					.prepareStatement("select name from example_item where id = ?")) {
			for (long id : ids) {
				statement.setLong(1, id);
				try (ResultSet rows = statement.executeQuery()) {
					while (rows.next()) {
						names.add(rows.getString("name"));
					}
				}
			}
		}
		return names;
	}

	@Transactional
	void clear() {
		this.jdbc.sql("delete from example_item").update();
	}

}
