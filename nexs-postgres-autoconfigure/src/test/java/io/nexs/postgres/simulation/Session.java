package io.nexs.postgres.simulation;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * One connection of the client to one server process. One call at a time.
 */
final class Session {

	private final World world;

	private final Server server;

	private int start = -1;

	private final boolean thinks;

	private final Runnable heard;

	private boolean open = true;

	private boolean timedOut;

	private @Nullable Call<?> call;

	/**
	 * A connection that is still to be opened.
	 * @param thinks whether the thread that waits for an answer may be slow to run
	 * @param heard run with every answer
	 */
	Session(World world, Server server, boolean thinks, Runnable heard) {
		this.thinks = thinks;
		this.world = world;
		this.server = server;
		this.heard = heard;
	}

	Server server() {
		return this.server;
	}

	/**
	 * Which start of the server process it talks to; negative before the login.
	 */
	int start() {
		return this.start;
	}

	boolean isOpen() {
		return this.open;
	}

	/**
	 * Whether it was closed because an answer did not come in its time.
	 */
	boolean isTimedOut() {
		return this.timedOut;
	}

	boolean isInCall() {
		return this.call != null;
	}

	void connect(long timeout, Runnable done, Consumer<String> failed) {
		request((server, answer) -> {
			this.start = server.starts();
			server.sessions.add(this);
			answer.accept(this);
		}, (self) -> done.run(), failed, timeout);
	}

	/**
	 * Asks the server for something.
	 * @param work what the server does, and how it answers, at once or later
	 * @param answered what the client does with the answer
	 * @param failed what the client does without; gets the SQLSTATE
	 * @param timeout longest wait of the client
	 */
	<T> void request(BiConsumer<Server, Consumer<T>> work, Consumer<T> answered, Consumer<String> failed,
			long timeout) {
		if (!this.open) {
			this.world.jvm.run(() -> failed.accept("08003"));
			return;
		}
		Call<T> asked = new Call<>(answered, failed);
		this.call = asked;
		this.world.agenda.after(this.world.latency(), () -> this.server.receive(this,
				() -> work.accept(this.server, (answer) -> this.server.send(() -> answered(asked, answer)))));
		this.world.jvm.after(timeout, () -> {
			if (this.call == asked) {
				this.timedOut = true;
				abort();
			}
		});
	}

	private <T> void answered(Call<T> asked, T answer) {
		if (this.open && this.call == asked) {
			this.call = null;
			this.world.jvm.after(this.thinks ? this.world.threadDelay() : 0, () -> {
				this.heard.run();
				asked.answered.accept(answer);
			});
		}
	}

	/**
	 * The other end says that there is no such connection.
	 */
	void lost() {
		if (this.open) {
			end((this.start < 0) ? "08001" : "08006");
		}
	}

	/**
	 * Closes it from this end; who waits for an answer waits no longer.
	 */
	void abort() {
		if (this.open) {
			end("08006");
		}
	}

	private void end(String sqlState) {
		this.open = false;
		this.server.sessions.remove(this);
		Call<?> asked = this.call;
		this.call = null;
		if (asked != null) {
			this.world.jvm.run(() -> asked.failed.accept(sqlState));
		}
	}

	/**
	 * What a thread of the client waits for.
	 *
	 * @param answered with an answer
	 * @param failed without
	 * @param <T> the type of the answer
	 */
	private record Call<T>(Consumer<T> answered, Consumer<String> failed) {

	}

}
