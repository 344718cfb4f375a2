package io.nexs.postgres.embedded;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class an {@link EmbeddedCluster}, which its methods take as a parameter.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EmbeddedClusterExtension.class)
public @interface UseEmbeddedCluster {

	/**
	 * Return the number of standbys.
	 * @return the number
	 */
	int replicas() default 2;

	/**
	 * Return whether a supervisor replaces a dead primary.
	 * @return whether to supervise
	 */
	boolean supervised() default false;

	/**
	 * Return the database the DSNs name.
	 * @return the name
	 */
	String database() default "postgres";

	/**
	 * Return parameters of {@code postgresql.conf}.
	 * @return the parameters, each as {@code name=value}
	 */
	String[] parameters() default {};

}
