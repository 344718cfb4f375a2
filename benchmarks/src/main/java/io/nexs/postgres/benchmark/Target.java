package io.nexs.postgres.benchmark;

/**
 * Something that was asked for, and what was measured of it.
 *
 * @param name what is measured
 * @param target what was asked for
 * @param measured what came out, as text
 * @param value the same as a number
 * @param met whether it is what was asked for
 */
record Target(String name, String target, String measured, double value, boolean met) {

	String row() {
		return "| " + this.name + " | " + this.target + " | " + this.measured + " | " + (this.met ? "yes" : "no")
				+ " |\n";
	}

	/**
	 * As a JSON object.
	 */
	String json() {
		return "{\"name\": \"" + this.name + "\", \"target\": \"" + this.target + "\", \"measured\": \"" + this.measured
				+ "\", \"value\": " + Numbers.json(this.value) + ", \"met\": " + this.met + "}";
	}

}
