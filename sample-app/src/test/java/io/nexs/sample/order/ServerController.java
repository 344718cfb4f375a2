package io.nexs.sample.order;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Asks the server which one it is.
 */
@RestController
@RequestMapping("/test/server")
class ServerController {

	private final JdbcClient jdbc;

	ServerController(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@GetMapping("/read")
	@Transactional(readOnly = true)
	public Server read() {
		return ask();
	}

	@GetMapping("/write")
	@Transactional
	public Server write() {
		return ask();
	}

	@GetMapping("/plain")
	public Server plain() {
		return ask();
	}

	@GetMapping("/fail")
	@Transactional(readOnly = true)
	public int fail() {
		return this.jdbc.sql("select 1 / 0").query(Integer.class).single();
	}

	private Server ask() {
		return this.jdbc.sql("select pg_is_in_recovery() as in_recovery, inet_server_port() as port")
			.query(Server.class)
			.single();
	}

	record Server(boolean inRecovery, int port) {

	}

}
