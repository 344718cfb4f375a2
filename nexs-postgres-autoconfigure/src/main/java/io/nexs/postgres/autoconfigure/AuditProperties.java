package io.nexs.postgres.autoconfigure;

import java.util.EnumSet;
import java.util.Set;

import io.nexs.postgres.audit.AuditAutoCommit;
import io.nexs.postgres.audit.AuditSettings;
import io.nexs.postgres.audit.AuditTable;
import io.nexs.postgres.audit.AuditTableSettings;
import io.nexs.postgres.audit.AuditWrite;
import io.nexs.postgres.hook.HookPoint;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Hook that records who changed what.
 *
 * @param enabled Whether changes are audited.
 * @param points What is audited: exec, batch and copy stand for what changes something,
 * query for all queries.
 * @param sinks Where records go, beside the beans of the application: log, event, table.
 * @param parameters Whether parameters are recorded, as far as the masks let them.
 * @param required Whether a change is refused or rolled back if its row in the table
 * cannot be written.
 * @param table Table for records.
 */
@ConfigurationProperties("nexs.db.audit")
@Validated
record AuditProperties(@DefaultValue("false") boolean enabled, @DefaultValue( {
		"exec", "batch", "copy" }) Set<HookPoint> points, @DefaultValue("log") Set<Sink> sinks,
		@DefaultValue("false") boolean parameters, @DefaultValue("true") boolean required, @DefaultValue Table table){

	AuditProperties {
		Set<HookPoint> allowed = EnumSet.of(HookPoint.QUERY, HookPoint.EXEC, HookPoint.BATCH, HookPoint.COPY);
		if (!allowed.containsAll(points)) {
			throw new InvalidSettingException("nexs.db.audit.points",
					"names a point other than query, exec, batch and copy", "Name one or more of these.");
		}
	}

	AuditSettings settings() {
		return new AuditSettings(this.points, this.parameters,
				this.sinks.contains(Sink.TABLE) ? new AuditTableSettings(new AuditTable(this.table.name()),
						this.required, this.table.write(), this.table.autoCommit()) : null);
	}

	/**
	 * Where records go.
	 */
	enum Sink {

		/** To the logger nexs.audit. */
		LOG,

		/** As an event of the application. */
		EVENT,

		/** To a table, in the same transaction. */
		TABLE

	}

	/**
	 * Table for records.
	 *
	 * @param name Name of the table, with or without a schema.
	 * @param create Whether the table is created at the start if it is not there.
	 * @param write When rows are inserted within a transaction: statement or commit.
	 * @param autoCommit How rows are written without a transaction: ahead, after, or
	 * refuse.
	 */
	record Table(@DefaultValue(AuditTable.DEFAULT_NAME) String name, @DefaultValue("false") boolean create,
			@DefaultValue("statement") AuditWrite write, @DefaultValue("ahead") AuditAutoCommit autoCommit) {

		Table {
			PropertyRules.auditTable("nexs.db.audit.table.name", name);
		}

	}

}
