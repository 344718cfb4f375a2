package io.nexs.postgres.pool;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Settings of the pools; every node has a pool of its own with these. Immutable.
 *
 * @param maxConns most connections one pool opens
 * @param minConns idle connections one pool keeps
 * @param maxConnLifetime age after which a connection is replaced
 * @param maxConnIdleTime idle time after which a connection above {@code minConns} is
 * closed
 * @param timeouts the network and waiting limits
 * @param leakDetectionThreshold time after which a connection that was not given back is
 * logged with the stack that took it; zero switches it off
 * @param keepaliveTime interval at which an idle connection is tried; zero switches it
 * off
 * @param applicationName name the server sees, or {@code null} for the driver's own
 * @param hikari further HikariCP properties by name
 * @param driverProperties further pgjdbc properties by name, in preference to those of
 * the DSN and to ours
 * @param pooler what lends server connections between us and the servers
 * @param sessionParameters parameters of PostgreSQL by name, said in the start-up packet;
 * {@code options} of the DSN and of the driver properties win over them
 */
public record PoolSettings(int maxConns, int minConns, Duration maxConnLifetime, Duration maxConnIdleTime,
		Timeouts timeouts, Duration leakDetectionThreshold, Duration keepaliveTime, @Nullable String applicationName,
		Map<String, String> hikari, Map<String, String> driverProperties, Pooler pooler,
		Map<String, String> sessionParameters) {

	public PoolSettings {
		hikari = Map.copyOf(hikari);
		driverProperties = Map.copyOf(driverProperties);
		sessionParameters = Map.copyOf(sessionParameters);
	}

	/**
	 * The defaults: ten connections at most, two kept, limits of {@link Timeouts}.
	 * @return new settings
	 */
	public static PoolSettings defaults() {
		return new PoolSettings(10, 2, Duration.ofMinutes(30), Duration.ofMinutes(10), Timeouts.defaults(),
				Duration.ZERO, Duration.ofMinutes(2), null, Map.of(), Map.of(), Pooler.NONE, Map.of());
	}

	public PoolSettings withMaxConns(int maxConns) {
		return new PoolSettings(maxConns, Math.min(this.minConns, maxConns), this.maxConnLifetime, this.maxConnIdleTime,
				this.timeouts, this.leakDetectionThreshold, this.keepaliveTime, this.applicationName, this.hikari,
				this.driverProperties, this.pooler, this.sessionParameters);
	}

	public PoolSettings withTimeouts(Timeouts timeouts) {
		return new PoolSettings(this.maxConns, this.minConns, this.maxConnLifetime, this.maxConnIdleTime, timeouts,
				this.leakDetectionThreshold, this.keepaliveTime, this.applicationName, this.hikari,
				this.driverProperties, this.pooler, this.sessionParameters);
	}

	public PoolSettings withKeepaliveTime(Duration keepaliveTime) {
		return new PoolSettings(this.maxConns, this.minConns, this.maxConnLifetime, this.maxConnIdleTime, this.timeouts,
				this.leakDetectionThreshold, keepaliveTime, this.applicationName, this.hikari, this.driverProperties,
				this.pooler, this.sessionParameters);
	}

	public PoolSettings withHikari(Map<String, String> hikari) {
		return new PoolSettings(this.maxConns, this.minConns, this.maxConnLifetime, this.maxConnIdleTime, this.timeouts,
				this.leakDetectionThreshold, this.keepaliveTime, this.applicationName, hikari, this.driverProperties,
				this.pooler, this.sessionParameters);
	}

	public PoolSettings withDriverProperties(Map<String, String> driverProperties) {
		return new PoolSettings(this.maxConns, this.minConns, this.maxConnLifetime, this.maxConnIdleTime, this.timeouts,
				this.leakDetectionThreshold, this.keepaliveTime, this.applicationName, this.hikari, driverProperties,
				this.pooler, this.sessionParameters);
	}

	public PoolSettings withSessionParameters(Map<String, String> sessionParameters) {
		return new PoolSettings(this.maxConns, this.minConns, this.maxConnLifetime, this.maxConnIdleTime, this.timeouts,
				this.leakDetectionThreshold, this.keepaliveTime, this.applicationName, this.hikari,
				this.driverProperties, this.pooler, sessionParameters);
	}

	public PoolSettings withPooler(Pooler pooler) {
		return new PoolSettings(this.maxConns, this.minConns, this.maxConnLifetime, this.maxConnIdleTime, this.timeouts,
				this.leakDetectionThreshold, this.keepaliveTime, this.applicationName, this.hikari,
				this.driverProperties, pooler, this.sessionParameters);
	}

	/**
	 * The map values may hold secrets (a {@code sslpassword}), so only their keys are
	 * shown.
	 */
	@Override
	public String toString() {
		return "PoolSettings[maxConns=" + this.maxConns + ", minConns=" + this.minConns + ", maxConnLifetime="
				+ this.maxConnLifetime + ", maxConnIdleTime=" + this.maxConnIdleTime + ", timeouts=" + this.timeouts
				+ ", hikari=" + this.hikari.keySet() + ", driverProperties=" + this.driverProperties.keySet()
				+ ", pooler=" + this.pooler + ", sessionParameters=" + this.sessionParameters + "]";
	}

	/**
	 * The limits of every wait. By default all are finite.
	 *
	 * @param acquire longest wait for a connection, over all nodes tried
	 * @param connect longest TCP connect, whole seconds
	 * @param login longest wait for each answer of the server during start-up and
	 * authentication, whole seconds
	 * @param socket longest silence of the server while a statement runs, whole seconds;
	 * zero for no limit
	 */
	public record Timeouts(Duration acquire, Duration connect, Duration login, Duration socket) {

		/**
		 * 30 s to acquire, 5 s to connect, 10 s to log in, 5 min of silence.
		 * @return new limits
		 */
		public static Timeouts defaults() {
			return new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(10),
					Duration.ofMinutes(5));
		}

	}

}
