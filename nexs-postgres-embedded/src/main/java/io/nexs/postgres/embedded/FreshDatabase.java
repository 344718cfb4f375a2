package io.nexs.postgres.embedded;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a {@code String} parameter of a test method the DSN of a database of its own in
 * the cluster of the class, with all nodes. Each parameter gets another one. It is there
 * on all standbys that run when the method begins, and is dropped, with the connections
 * to it, when the method has ended.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface FreshDatabase {

	/**
	 * Return the database it is a copy of, for example one that was migrated before all
	 * tests. Nobody may be connected to that one meanwhile.
	 * @return the name
	 */
	String template() default "template1";

}
