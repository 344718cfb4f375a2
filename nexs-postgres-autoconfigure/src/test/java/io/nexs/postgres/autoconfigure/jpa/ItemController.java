package io.nexs.postgres.autoconfigure.jpa;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Several transactions in one request, and so, with open-in-view, in one session.
 */
@RestController
public class ItemController {

	private final ItemService service;

	ItemController(ItemService service) {
		this.service = service;
	}

	@GetMapping("/read-write-read")
	String readWriteRead() {
		return this.service.read() + " " + this.service.write() + " " + this.service.read();
	}

	@GetMapping("/write-read")
	String writeRead() {
		return this.service.write() + " " + this.service.read();
	}

}
