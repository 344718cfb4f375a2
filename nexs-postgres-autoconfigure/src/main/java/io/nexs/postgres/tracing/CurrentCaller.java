package io.nexs.postgres.tracing;

import io.nexs.postgres.hook.HookCaller;
import io.nexs.postgres.hook.HookCallerSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Tells hooks the correlation id of the thread, or else the id of its trace; and the
 * tenant, if anybody knows it. Thread-safe.
 */
public final class CurrentCaller implements HookCallerSource {

	private final @Nullable String tenantKey;

	private volatile TraceIds traces = TraceIds.NONE;

	private volatile @Nullable TenantSource tenants;

	/**
	 * Creates the source, which knows of no trace and no tenant yet.
	 * @param tenantKey key of the tenant in the MDC, or {@code null}
	 */
	public CurrentCaller(@Nullable String tenantKey) {
		this.tenantKey = tenantKey;
	}

	/**
	 * Says whom to ask; both may need the data source, which needs this one.
	 * @param traces knows the trace
	 * @param tenants knows the tenant, or {@code null}
	 */
	public void ask(TraceIds traces, @Nullable TenantSource tenants) {
		this.traces = traces;
		this.tenants = tenants;
	}

	/**
	 * What knows the trace.
	 */
	TraceIds traces() {
		return this.traces;
	}

	/**
	 * What the work of this thread is known by.
	 * @return the correlation id, else the trace id, else {@code null}
	 */
	public @Nullable String correlationId() {
		String bound = CorrelationId.current();
		return (bound != null) ? bound : this.traces.traceId();
	}

	@Override
	public HookCaller current() {
		String id = correlationId();
		String tenant = tenant();
		return (id != null || tenant != null) ? new HookCaller(tenant, id) : HookCaller.NONE;
	}

	private @Nullable String tenant() {
		TenantSource source = this.tenants;
		if (source != null) {
			return source.currentTenant();
		}
		return (this.tenantKey != null) ? MDC.get(this.tenantKey) : null;
	}

}
