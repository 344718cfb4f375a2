package io.nexs.postgres.autoconfigure;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Starts applications that are expected not to start.
 */
final class FailedStart {

	private FailedStart() {
	}

	/**
	 * Runs an application.
	 * @param configuration its class
	 * @param arguments of the command line
	 * @return the stack trace of what was thrown, with all causes and all suppressed
	 * @throws AssertionError if it starts
	 */
	static String of(Class<?> configuration, String... arguments) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setRegisterShutdownHook(false);
		Throwable failure = catchThrowable(() -> application.run(arguments).close());
		assertThat(failure).isNotNull();
		StringWriter trace = new StringWriter();
		failure.printStackTrace(new PrintWriter(trace));
		return trace.toString();
	}

}
