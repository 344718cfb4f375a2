package io.nexs.postgres.autoconfigure;

import java.time.Duration;
import java.util.Set;

import io.nexs.postgres.hook.HookSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Hooks around operations.
 *
 * @param enabled Whether hooks are called at all.
 * @param disabled Names of hooks that are off until they are switched on at run time.
 * @param async Names of hooks that work on a thread of their own, beside those that say
 * so themselves.
 * @param queueSize Calls an asynchronous hook may have waiting; what comes while its
 * queue is full is dropped and counted.
 * @param asyncTimeout Time after which a call of an asynchronous hook is interrupted.
 * @param slow Time after which a call on the thread of the operation is logged.
 */
@ConfigurationProperties("nexs.db.hooks")
@Validated
record HooksProperties(@DefaultValue("true") boolean enabled, @DefaultValue Set<String> disabled,
		@DefaultValue Set<String> async,
		@DefaultValue("1024") @Min(value = 1, message = "must be at least 1 call") @Max(value = 1_000_000,
				message = "must be at most 1000000 calls") int queueSize,
		@DefaultValue("5s") Duration asyncTimeout, @DefaultValue("100ms") Duration slow) {

	HooksProperties {
		disabled = Set.copyOf(disabled);
		async = Set.copyOf(async);
		PropertyRules.positive("nexs.db.hooks.async-timeout", asyncTimeout);
		PropertyRules.positive("nexs.db.hooks.slow", slow);
	}

	/**
	 * A hook that can refuse operations has to be called before them.
	 */
	void checkNotAsync(String hook) {
		if (this.async.contains(hook)) {
			throw new InvalidSettingException("nexs.db.hooks.async",
					"names '" + hook + "', which has to be called on the thread of the operation",
					"Remove it from the list.");
		}
	}

	HookSettings settings() {
		return new HookSettings(this.disabled, this.async, this.queueSize, this.asyncTimeout, this.slow);
	}

}
