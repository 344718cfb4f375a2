package io.nexs.postgres.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Copies one direction of a relayed connection and cuts it when a rule says so.
 */
final class RelayPump {

	private static final int BUFFER = 64 * 1024;

	private static final byte[] NOTHING = {};

	private final InputStream in;

	private final OutputStream out;

	private final RelayGate gate;

	private final List<CutRule> rules;

	private final Cutter cutter;

	private final byte[] buffer = new byte[BUFFER];

	// The end of what was forwarded, for bytes that arrive in two chunks.
	private byte[] tail = NOTHING;

	RelayPump(InputStream in, OutputStream out, RelayGate gate, List<CutRule> rules, Cutter cutter) {
		this.in = in;
		this.out = out;
		this.gate = gate;
		this.rules = rules;
		this.cutter = cutter;
	}

	/**
	 * Copy until the end of the stream or a cut.
	 * @throws IOException when a side is gone
	 * @throws InterruptedException when the relay ends
	 */
	void run() throws IOException, InterruptedException {
		for (int count = this.in.read(this.buffer); count >= 0; count = this.in.read(this.buffer)) {
			this.gate.pass();
			if (!this.rules.isEmpty() && cuts(count)) {
				return;
			}
			this.out.write(this.buffer, 0, count);
		}
		this.gate.pass();
	}

	private boolean cuts(int count) throws IOException {
		byte[] seen = Arrays.copyOf(this.tail, this.tail.length + count);
		System.arraycopy(this.buffer, 0, seen, this.tail.length, count);
		for (CutRule rule : this.rules) {
			int index = rule.isArmed() ? rule.indexIn(seen) : -1;
			if (index >= 0 && rule.claim()) {
				cut(rule, Math.max(0, index - this.tail.length), count);
				return true;
			}
		}
		int keep = this.rules.stream().mapToInt(CutRule::length).max().orElse(1) - 1;
		this.tail = Arrays.copyOfRange(seen, Math.max(0, seen.length - keep), seen.length);
		return false;
	}

	private void cut(CutRule rule, int before, int count) throws IOException {
		this.rules.remove(rule);
		boolean forward = rule.point() == CutPoint.AFTER;
		this.cutter.cutting(forward);
		try {
			this.out.write(this.buffer, 0, forward ? count : before);
		}
		finally {
			// Whoever sees the connection end sees that the rule has fired.
			rule.complete();
			this.cutter.cut(forward);
		}
	}

	/**
	 * Ends the connection for a pump.
	 */
	interface Cutter {

		/**
		 * Called before the last bytes of this direction are forwarded.
		 * @param after whether the bytes the rule waited for are among them
		 */
		void cutting(boolean after);

		/**
		 * Called when the last bytes of this direction have been forwarded.
		 * @param after whether the bytes the rule waited for were among them
		 */
		void cut(boolean after);

	}

}
