package io.nexs.postgres.embedded;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Chooses the node an {@link EmbeddedNode} parameter of a test gets. Without it, that is
 * the primary.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface NodeId {

	/**
	 * Return the node's id.
	 * @return the id, such as {@code node-2}
	 */
	String value();

}
