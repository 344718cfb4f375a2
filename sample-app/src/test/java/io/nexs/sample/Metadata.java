package io.nexs.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The metadata of configuration of everything on the class path.
 */
public final class Metadata {

	private static final String RESOURCE = "META-INF/spring-configuration-metadata.json";

	private Metadata() {
	}

	/**
	 * All properties.
	 * @return an object with name, type, default and description for each
	 */
	public static List<JsonNode> properties() {
		return all("properties");
	}

	/**
	 * All groups of properties.
	 * @return an object with name and type for each
	 */
	public static List<JsonNode> groups() {
		return all("groups");
	}

	private static List<JsonNode> all(String kind) {
		List<JsonNode> all = new ArrayList<>();
		try {
			for (URL resource : Collections.list(Metadata.class.getClassLoader().getResources(RESOURCE))) {
				try (InputStream content = resource.openStream()) {
					JsonMapper.shared().readTree(content).path(kind).forEach(all::add);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return all;
	}

}
