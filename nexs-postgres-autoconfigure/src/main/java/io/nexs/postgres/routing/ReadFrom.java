package io.nexs.postgres.routing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says where the read-only work of a method, or of all methods of a class, goes. It does
 * not make work read-only: a read-write transaction stays on the primary. The annotation
 * of a method wins over that of its class, an inner call over an outer one.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ReadFrom {

	/**
	 * The read preference.
	 * @return in place of {@code nexs.db.read.preference}
	 */
	ReadPreference value() default ReadPreference.SECONDARY_PREFERRED;

	/**
	 * Tags a replica must have, all of them, to serve the read.
	 * @return tags of {@code nexs.db.replicas[].tags}; none for any replica
	 */
	String[] tags() default {};

}
