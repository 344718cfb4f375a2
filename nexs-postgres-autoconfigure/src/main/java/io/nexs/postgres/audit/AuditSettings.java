package io.nexs.postgres.audit;

import java.util.EnumSet;
import java.util.Set;

import io.nexs.postgres.hook.HookPoint;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the audit.
 *
 * @param points what is audited: of {@link HookPoint#EXEC}, {@link HookPoint#BATCH} and
 * {@link HookPoint#COPY} what changes something, {@link HookPoint#QUERY} means all
 * queries; queries that change something belong to {@link HookPoint#EXEC}
 * @param parameters whether parameters are recorded, as far as the masks let them
 * @param table how the table is written, or {@code null} for no table
 */
public record AuditSettings(Set<HookPoint> points, boolean parameters, @Nullable AuditTableSettings table) {

	public AuditSettings {
		points = Set.copyOf(points);
	}

	/**
	 * All changes, without parameters and table.
	 * @return the defaults
	 */
	public static AuditSettings defaults() {
		return new AuditSettings(EnumSet.of(HookPoint.EXEC, HookPoint.BATCH, HookPoint.COPY), false, null);
	}

}
