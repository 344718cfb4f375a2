package io.nexs.postgres.autoconfigure.hooks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Collects what is logged to a logger and those below it.
 */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

	private final Logger logger;

	private LogLines(String name) {
		this.logger = (Logger) LoggerFactory.getLogger(name);
		start();
		this.logger.addAppender(this);
	}

	static LogLines of(String logger) {
		return new LogLines(logger);
	}

	@Override
	protected void append(ILoggingEvent event) {
		this.events.add(event);
	}

	List<String> messages() {
		return this.events.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	List<ILoggingEvent> events() {
		return this.events;
	}

	List<ILoggingEvent> at(Level level) {
		return this.events.stream().filter((event) -> event.getLevel() == level).toList();
	}

	void clear() {
		this.events.clear();
	}

	static Map<String, Object> values(ILoggingEvent event) {
		return event.getKeyValuePairs().stream().collect(Collectors.toMap((pair) -> pair.key, (pair) -> pair.value));
	}

	/**
	 * Everything an appender could write of it.
	 */
	String everything() {
		return this.events.stream()
			.map((event) -> event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
					+ event.getMDCPropertyMap() + " "
					+ ((event.getThrowableProxy() != null) ? ThrowableProxyUtil.asString(event.getThrowableProxy())
							: ""))
			.collect(Collectors.joining("\n"));
	}

	@Override
	public void close() {
		this.logger.detachAppender(this);
		stop();
	}

}
